import { closeShared, execute, sharedConnection, databaseUrl as urlOn } from '../support/database.ts'
import type { TestService } from '../support/service.ts'

/** Runs a statement on the service's database, and returns its rows. */
export async function onDatabase({ databaseUrl }: TestService, statement: string): Promise<Record<string, unknown>[]> {
  return [...(await sharedConnection(databaseUrl).unsafe(statement))]
}

/** Terminates every connection to the service's database and allows no new one; `back` allows connections again. */
export async function cutDatabase({ databaseUrl }: Pick<TestService, 'databaseUrl'>, back: boolean) {
  const name = new URL(databaseUrl).pathname.slice(1)
  const server = urlOn(databaseUrl, 'postgres')
  if (!back) await closeShared(databaseUrl)
  await execute(server, `alter database ${name} allow_connections ${back}`)
  if (back) return
  await execute(
    server,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and backend_type = 'client backend'`,
  )
}

/** The key that signs links to files. */
export const linkSecret = (service: TestService) => secretOf(service, 'file-links')

/** The key that signs page tokens and cursors. */
export const pageTokenSecret = (service: TestService) => secretOf(service, 'page-tokens')

async function secretOf({ databaseUrl }: TestService, name: string): Promise<Buffer> {
  const [row] = await sharedConnection(databaseUrl)<{ value: Buffer }[]>`select value from secrets where name = ${name}`
  if (!row) throw new Error(`there is no secret ${name}`)
  return row.value
}
