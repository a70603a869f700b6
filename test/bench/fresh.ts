import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { type Connection, connect } from '../../server/database/connection.ts'
import { sqlState } from '../../server/database/errors.ts'
import { migrate } from '../../server/database/migrate.ts'

export type Fresh = Connection & { drop(): Promise<void> }

/**
 * A separate migrated database on `server`, so that no section is affected by rows, bloat or statistics of another. It has the server's
 * settings, including durable commits: see `durability`.
 */
export async function freshDatabase(server: string, poolSize = 10): Promise<Fresh> {
  const name = `bench_${randomBytes(4).toString('hex')}`
  await once(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  await migrate(url.href)
  const connection = connect(url.href, { poolSize, applicationName: 'longrun-bench' })
  return {
    ...connection,
    drop: async () => {
      await connection.close()
      await once(server, `drop database if exists ${name} with (force)`).catch((error) => {
        // Autovacuum works on it, and may be ended only by a drop without force.
        if (sqlState(error) !== '42501') throw error
        return once(server, `drop database if exists ${name}`)
      })
    },
  }
}

/** The durability settings of the server. Throws unless commits are durable, because other figures would not be comparable. */
export async function durability(server: string): Promise<string> {
  const sql = postgres(server, { max: 1 })
  try {
    const names = ['fsync', 'synchronous_commit', 'full_page_writes']
    const rows = await sql<{ name: string; setting: string }[]>`
      select name, setting from pg_settings where name in ${sql(names)} order by name`
    const [version] = await sql<{ setting: string }[]>`select setting from pg_settings where name = 'server_version'`
    const off = rows.filter(({ setting }) => setting === 'off').map(({ name }) => name)
    if (off.length > 0) throw new Error(`the bench needs a server with durable commits: ${off.join(', ')} is off`)
    return `PostgreSQL ${version?.setting}, ${rows.map(({ name, setting }) => `${name} ${setting}`).join(', ')}`
  } finally {
    await sql.end()
  }
}

async function once(url: string, statement: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await sql.unsafe(statement)
  } finally {
    await sql.end()
  }
}
