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

  /** What the linter finds: `rule: message`, each once. */
  async lint(): Promise<string[]> {
    const program = join('node_modules', '.bin', 'redocly')
    const { stdout } = await this.#run(
      program,
      'lint',
      'spec/openapi.yaml',
      '--format',
      'json',
      '--max-problems',
      '1000',
    )
    const { problems }: { problems: { ruleId: string; message: string }[] } = JSON.parse(stdout)
    return [...new Set(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`))]
  }

  /** Runs `npm run generate` on the copy; `stderr` says what it failed of. */
  generate(): Promise<{ code: number; stderr: string }> {
    return this.#run(join('spec', 'generate.ts'))
  }

  [Symbol.dispose]() {
    rmSync(this.folder, { recursive: true })
  }

  #run(...command: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise((done) => {
      const options = { cwd: this.folder, maxBuffer: 2 ** 24 }
      execFile(process.execPath, command, options, (error, stdout, stderr) => {
        done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr })
      })
    })
  }
}
