import { readConfig } from '../app/config.ts'
import { databaseUrlOf } from '../app/database-url.ts'
import { type Connection, connect } from '../database/connection.ts'
import { migrate } from '../database/migrate.ts'

/**
 * Migrates the service's database and runs `work` on it: `DATABASE_URL`, or the embedded PostgreSQL in `DATA_DIR`, whether or not a service is
 * running. For scripts of operators. Throws `ConfigError` if the environment is malformed.
 */
export async function visitDatabase(script: string, work: (connection: Connection) => Promise<void>): Promise<void> {
  const config = readConfig(process.env)
  const { DATABASE_URL: given, DATA_DIR: dataDir } = config
  const { visitEmbeddedPostgres } = await import('../dev/embedded-postgres/start.ts')
  const embedded = given ? undefined : await visitEmbeddedPostgres({ dataDir })
  const url = await databaseUrlOf(config, embedded?.url)
  const connection = connect(url, { poolSize: 1, applicationName: `longrun ${script}` })
  try {
    await migrate(url)
    await work(connection)
  } finally {
    await connection.close()
    await embedded?.stop()
  }
}
