import { readConfig } from './config.ts'
import { type Connection, connect } from './database/connect.ts'
import { visitEmbeddedPostgres } from './database/embedded.ts'
import { migrate } from './database/migrate.ts'

/**
 * Does `work` on the service's database, migrated: that of `DATABASE_URL`, or the embedded one in `DATA_DIR`, whether or not a service
 * runs there. For the scripts of operators. Throws `ConfigError` when the environment is malformed.
 */
export async function visitDatabase(script: string, work: (connection: Connection) => Promise<void>): Promise<void> {
  const { DATABASE_URL: given, DATA_DIR: dataDir } = readConfig(process.env)
  const embedded = given ? undefined : await visitEmbeddedPostgres({ dataDir })
  const url = given ?? (embedded?.url as string)
  const connection = connect(url, { poolSize: 1, applicationName: `longrun ${script}` })
  try {
    await migrate(url)
    await work(connection)
  } finally {
    await connection.close()
    await embedded?.stop()
  }
}
