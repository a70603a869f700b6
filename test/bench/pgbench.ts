import { execFile } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The path of pgbench, or undefined. It is part of a Postgres installation, not of the embedded binaries. */
export function pgbenchPath(): string | undefined {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'pgbench'))
  return [...globSync('/usr/lib/postgresql/*/bin/pgbench').reverse(), ...onPath].find((path) => existsSync(path))
}

/** Transactions per second of one SQL script over `connections` for `seconds`, with prepared statements. */
export async function pgbench(
  url: string,
  script: string,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<number> {
  const path = pgbenchPath()
  if (!path) throw new Error('pgbench was not found: install your system’s PostgreSQL client tools')
  const folder = mkdtempSync(join(tmpdir(), 'longrun-pgbench-'))
  try {
    const file = join(folder, 'script.sql')
    writeFileSync(file, script)
    const options = ['-n', '-M', 'prepared', '-c', `${connections}`, '-j', '1', '-T', `${seconds}`, '-f', file]
    const { stdout } = await run(path, [...options, url])
    const rate = /tps = ([\d.]+)/.exec(stdout)
    if (!rate) throw new Error(`pgbench said no rate:\n${stdout}`)
    return Number(rate[1])
  } finally {
    rmSync(folder, { recursive: true })
  }
}
