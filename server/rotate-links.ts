/**
 * `npm run rotate-links [-- --revoke]`: makes a new key for signed links to files. It signs a minute later; links of the older keys go on until
 * they expire. With `--revoke` the new key signs at once, and every link that was made before is refused within half a minute. A service may
 * run meanwhile, and needs no restart.
 */
import { parseArgs } from 'node:util'
import { connect } from './database/connect.ts'
import { visitEmbeddedPostgres } from './database/embedded.ts'
import { readLinkKeys, rotateLinkKeys } from './database/link-keys.ts'
import { migrate } from './database/migrate.ts'

const { values } = parseArgs({ options: { revoke: { type: 'boolean', default: false } } })

// An empty variable counts as absent, as everywhere.
const given = process.env.DATABASE_URL || undefined
const embedded = given ? undefined : await visitEmbeddedPostgres({ dataDir: process.env.DATA_DIR || '.data' })
const url = given ?? (embedded?.url as string)
const connection = connect(url, { poolSize: 1, applicationName: 'longrun rotate-links' })
try {
  await migrate(url)
  await readLinkKeys(connection.db)
  const { revoked } = await rotateLinkKeys(connection.db, values)
  if (values.revoke) {
    console.log(`A new key signs links. ${revoked} older revoked: links made before are refused within 30 seconds.`)
  } else {
    console.log('A new key will sign links in a minute. Links made before work until they expire.')
  }
} finally {
  await connection.close()
  await embedded?.stop()
}
