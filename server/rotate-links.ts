/**
 * `npm run rotate-links [-- --revoke]`: makes a new key for signed links to files. It signs a minute later; links of the older keys go on until
 * they expire. With `--revoke` the new key signs at once, and every link that was made before is refused within half a minute. A service may
 * run meanwhile, and needs no restart.
 */
import { parseArgs } from 'node:util'
import { readLinkKeys, rotateLinkKeys } from './database/link-keys.ts'
import { visitDatabase } from './visit.ts'

const { values } = parseArgs({ options: { revoke: { type: 'boolean', default: false } } })

await visitDatabase('rotate-links', async ({ db }) => {
  await readLinkKeys(db)
  const { revoked } = await rotateLinkKeys(db, values)
  if (values.revoke) {
    console.log(`A new key signs links. ${revoked} older revoked: links made before are refused within 30 seconds.`)
  } else {
    console.log('A new key will sign links in a minute. Links made before work until they expire.')
  }
})
