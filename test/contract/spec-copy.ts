import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const top = resolve(import.meta.dirname, '../..')

/** A copy of the spec with everything that lint and generation need, for tests that break or extend it. */
export class SpecCopy {
  folder = mkdtempSync(join(tmpdir(), 'longrun-spec-'))

  constructor() {
    for (const name of ['spec', 'redocly.yaml', 'package.json']) {
      cpSync(join(top, name), join(this.folder, name), { recursive: true })
    }
    symlinkSync(join(top, 'node_modules'), join(this.folder, 'node_modules'))
  }

  /** Replaces the first `from` in the file; throws when it does not occur, so that no test passes without a change. */
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

  /** Runs `npm run generate` on the copy; `stderr` has its error. */
  generate(): Promise<Run> {
    return run(this.folder, join('spec', 'generate.ts'))
  }

  [Symbol.dispose]() {
    rmSync(this.folder, { recursive: true })
  }
}

/**
 * The findings of the linter in each copy: `rule: message`, each once. One run of the linter covers all copies, because its start costs
 * more than its work. Rules and configuration are those of the project, not of the copies; `without`: rules that do not run.
 */
export async function lint(copies: readonly SpecCopy[], without: readonly string[] = []): Promise<string[][]> {
  const files = copies.map(({ folder }) => join(folder, 'spec', 'openapi.yaml'))
  const program = join('node_modules', '.bin', 'redocly')
  const options = ['--format', 'json', '--max-problems', '1000', ...without.flatMap((rule) => ['--skip-rule', rule])]
  const { stdout, stderr } = await run(top, program, 'lint', ...files, ...options)
  // One JSON document for each file, without a separator.
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
