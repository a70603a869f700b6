import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const top = resolve(import.meta.dirname, '../..')

/** A copy of the spec with what it takes to lint it and to generate from it, to be broken or extended at will. */
export class SpecCopy {
  folder = mkdtempSync(join(tmpdir(), 'longrun-spec-'))

  constructor() {
    for (const name of ['spec', 'redocly.yaml', 'package.json']) {
      cpSync(join(top, name), join(this.folder, name), { recursive: true })
    }
    symlinkSync(join(top, 'node_modules'), join(this.folder, 'node_modules'))
  }

  /** Replaces the first `from` in the file; throws when there is none, so that no test passes by doing nothing. */
  edit(file: string, from: string, to: string) {
    const text = this.read(file)
    if (!text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)}`)
    this.write(
      file,
      text.replace(from, () => to),
    )
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8')
  }

  write(file: string, text: string) {
    writeFileSync(join(this.folder, file), text)
  }

  /** Runs `npm run generate` on the copy; `stderr` says what it failed of. */
  generate(): Promise<Run> {
    return run(this.folder, join('spec', 'generate.ts'))
  }

  [Symbol.dispose]() {
    rmSync(this.folder, { recursive: true })
  }
}

/**
 * What the linter finds in each of the copies: `rule: message`, each once. It is one run of the linter for all, as its start costs
 * more than its work; the rules and their configuration are the project's, not those of the copies.
 */
export async function lint(copies: readonly SpecCopy[]): Promise<string[][]> {
  const files = copies.map(({ folder }) => join(folder, 'spec', 'openapi.yaml'))
  const program = join('node_modules', '.bin', 'redocly')
  const { stdout, stderr } = await run(top, program, 'lint', ...files, '--format', 'json', '--max-problems', '1000')
  // One document for each file, one right after the other.
  const documents = stdout.split(/(?<=^\})(?=\{$)/m)
  if (documents.length !== copies.length) throw new Error(`the linter answered ${documents.length} times: ${stderr}`)
  return documents.map((text) => {
    const { problems }: { problems: { ruleId: string; message: string }[] } = JSON.parse(text)
    return [...new Set(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`))]
  })
}

type Run = { code: number; stdout: string; stderr: string }

function run(cwd: string, ...command: string[]): Promise<Run> {
  return new Promise((done) => {
    execFile(process.execPath, command, { cwd, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr })
    })
  })
}
