import { resolvePooler } from '../database/pooler.ts'
import { resolveTls } from '../database/secure-socket.ts'
import { inSchema } from '../database/url.ts'
import type { Config } from './config.ts'

/** The URL for all connections of the service, with the schema of its tables. `embedded`: the URL of the embedded PostgreSQL, if that is used. */
export async function databaseUrlOf(config: Config, embedded: string | undefined): Promise<string> {
  if (embedded !== undefined) return inSchema(embedded, config.DATABASE_SCHEMA)
  const url = await resolveTls(config.DATABASE_URL as string)
  return inSchema(await resolvePooler(url), config.DATABASE_SCHEMA)
}
