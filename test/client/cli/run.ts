import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundled } from '../../support/bundle.ts'
import type { TestService } from '../../support/service.ts'

const main = fileURLToPath(bundled('cli'))

export type Run = { code: number | null; out: string; err: string; lines: readonly Record<string, unknown>[] }

export type Started = {
  process: ChildProcess
  /** Resolves with the output so far once it matches. */
  printed(pattern: RegExp): Promise<string>
  ended: Promise<Run>
}

/** A folder for profiles and files of one test file. */
export const home = mkdtempSync(join(tmpdir(), 'longrun-cli-'))

/** Starts `longrun` as a process of its own, whose standard output is no terminal. */
export function start(
  args: readonly string[],
  { service, env = {}, input }: { service?: TestService; env?: Record<string, string>; input?: string } = {},
): Started {
  const own = service ? { LONGRUN_URL: service.url, LONGRUN_API_KEY: service.apiKey } : {}
  const child = spawn(process.execPath, [main, ...args], {
    cwd: home,
    env: { PATH: process.env.PATH ?? '', HOME: home, XDG_CONFIG_HOME: home, ...own, ...env },
  })
  child.stdin.end(input)
  let out = ''
  let err = ''
  const waiting = new Set<() => void>()
  const took = () => {
    for (const one of waiting) one()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    took()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
    took()
  })
  const ended = new Promise<Run>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      const documents = out.split('\n').filter((line) => line.startsWith('{'))
      const lines = documents.map((line) => JSON.parse(line) as Record<string, unknown>)
      resolve({ code, out, err, lines })
    })
  })
  const printed = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (!pattern.test(out + err)) return
        waiting.delete(look)
        resolve(out + err)
      }
      waiting.add(look)
      look()
      void ended.then(({ code }) => reject(new Error(`it ended with ${code} without ${pattern}: ${out}${err}`)))
    })
  return { process: child, printed, ended }
}

export const run = (...args: Parameters<typeof start>): Promise<Run> => start(...args).ended
