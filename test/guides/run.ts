import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundled } from '../support/bundle.ts'
import type { TestService } from '../support/service.ts'

const top = resolve(import.meta.dirname, '../..')
export type Ran = { code: number | null; out: string; err: string }

/** Where the snippets of guides run: a folder with the key of the service, and with `longrun` and the Node of the tests in PATH. */
export function openWorkspace(service: TestService) {
  // Inside the repository, so that imports of packages are found.
  mkdirSync(join(top, 'dist'), { recursive: true })
  const folder = mkdtempSync(join(top, 'dist/guides-'))
  const programs = mkdtempSync(join(tmpdir(), 'longrun-guides-'))
  mkdirSync(join(folder, '.data'))
  writeFileSync(join(folder, '.data/development-key'), `${service.apiKey}\n`)
  const longrun = join(programs, 'longrun')
  writeFileSync(longrun, `#!/bin/sh\nexec '${process.execPath}' '${fileURLToPath(bundled('cli'))}' "$@"\n`)
  chmodSync(longrun, 0o755)
  const env = {
    PATH: [programs, dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: folder,
    LONGRUN_URL: service.url,
    LONGRUN_API_KEY: service.apiKey,
    DATABASE_URL: service.databaseUrl,
  }

  function run(program: string, args: readonly string[], input = ''): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd: folder, env })
      let out = ''
      let err = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text
      })
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        err += text
      })
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, out, err }))
      child.stdin.end(input)
    })
  }

  return {
    folder,
    run,
    /** Runs the code as a file of its name. */
    runFile(name: string, code: string, program: string, ...args: string[]): Promise<Ran> {
      writeFileSync(join(folder, name), code.replaceAll('http://localhost:8080', service.url))
      return run(program, [...args, name])
    },
    close() {
      rmSync(folder, { recursive: true, force: true })
      rmSync(programs, { recursive: true, force: true })
    },
  }
}
