import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { declaredAnswers, type SpecCheck } from './spec-check.ts'

/** Where the processes of a run leave the kinds of responses that they have seen. */
export function answersFolder(): string {
  return mkdtempSync(join(tmpdir(), 'longrun-answers-'))
}

export function recordAnswers(folder: string, { seen }: Pick<SpecCheck, 'seen'>) {
  writeFileSync(join(folder, randomUUID()), JSON.stringify([...seen]))
}

/** The test files that together provoke every response that the spec declares. */
const provoking = readdirSync(join(import.meta.dirname, '../http')).filter((name) =>
  /(?<!\.(?:long|slow))\.test\.ts$/.test(name),
)

/**
 * Prints how many of the declared responses the run has provoked, by operation, status and media type. Fails a run that has executed all
 * tests of the API and missed one. Deletes the folder.
 */
export function reportAnswers(folder: string, ran: readonly string[]) {
  const seen = new Set(readdirSync(folder).flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8'))))
  rmSync(folder, { recursive: true })
  if (seen.size === 0) return
  const declared = declaredAnswers()
  const missing = declared.filter((kind) => !seen.has(kind))
  const covered = declared.length - missing.length
  const percent = Math.floor((1000 * covered) / declared.length) / 10
  console.log(`Declared responses (operation × status × media type): ${covered} of ${declared.length}, ${percent} %`)
  const names = new Set(ran.map((path) => basename(path)))
  if (missing.length === 0 || !provoking.every((name) => names.has(name))) return
  console.error(`No test has provoked:\n${missing.join('\n')}`)
  process.exitCode = 1
}
