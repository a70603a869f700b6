/**
 * Part of `npm run check:spec`: fails if the contract breaks clients of the released one, `released.json`, in a way that `accepted-breaks.yaml` does not
 * list, and names each break. `--release` makes the current contract the released one.
 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { compare } from './breaking.ts'
import type { Break } from './breaking-extensions.ts'

const top = resolve(import.meta.dirname, '..')
const released = join(top, 'spec/released.json')
const current = join(top, 'generated/openapi.json')
const acceptedFile = join(top, 'spec/accepted-breaks.yaml')

const text = readFileSync(acceptedFile, 'utf8')
const accepted: { change: string; reason: string }[] = parse(text)

if (process.argv.includes('--release')) {
  copyFileSync(current, released)
  writeFileSync(
    acceptedFile,
    `${text
      .split('\n')
      .filter((line) => line.startsWith('#'))
      .join('\n')}\n[]\n`,
  )
  process.stdout.write('spec/released.json is now the current contract.\n')
} else {
  const { breaks, additions } = compare(released, current)
  const open = breaks.filter(({ change }) => !accepted.some((entry) => entry.change === change))
  const stale = accepted.filter(({ change, reason }) => !reason || !breaks.some((found) => found.change === change))
  for (const { change, reason } of stale) {
    const fault = reason ? 'is not a change since the released contract. Remove it' : 'has no reason. Add one'
    process.stderr.write(`spec/accepted-breaks.yaml: "${change}" ${fault}.\n`)
  }
  if (open.length > 0) process.stderr.write(report(open))
  if (open.length + stale.length > 0) process.exitCode = 1
  else
    process.stdout.write(
      `Contract against spec/released.json: ${breaks.length} accepted breaking changes, ${additions} additions.\n`,
    )
}

function report(open: Break[]): string {
  const lines = open.map(({ change, message }) => `  ${message}\n    ${change}`)
  return `The contract breaks clients of spec/released.json:\n${lines.join('\n')}
Undo the change, or add it to spec/accepted-breaks.yaml with a reason (CONTRIBUTING.md, "Reviewing a change of the contract").\n`
}
