import postgres from 'postgres'
import type { TestService } from '../support/service.ts'

/** Runs a statement on the service's database, and returns its rows. */
export async function onDatabase({ databaseUrl }: TestService, statement: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  const rows = await sql.unsafe(statement)
  await sql.end()
  return [...rows]
}

/** Terminates every connection to the service's database and allows no new one; `back` allows connections again. */
export async function cutDatabase({ databaseUrl }: Pick<TestService, 'databaseUrl'>, back: boolean) {
  const server = new URL(databaseUrl)
  const name = server.pathname.slice(1)
  server.pathname = '/postgres'
  const sql = postgres(server.href, { max: 1, onnotice: () => {} })
  await sql.unsafe(`alter database ${name} allow_connections ${back}`)
  if (!back)
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and backend_type = 'client backend'`
  await sql.end()
}

/** The key that signs links to files. */
export const linkSecret = (service: TestService) => secretOf(service, 'file-links')

/** The key that signs page tokens and cursors. */
export const pageTokenSecret = (service: TestService) => secretOf(service, 'page-tokens')

async function secretOf({ databaseUrl }: TestService, name: string): Promise<Buffer> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  const [row] = await sql<{ value: Buffer }[]>`select value from secrets where name = ${name}`
  await sql.end()
  if (!row) throw new Error(`there is no secret ${name}`)
  return row.value
}
