/**
 * `npm run rotate-links [-- --revoke]`: creates a new key for signed links to files. It signs links after a minute, and links of older keys work
 * until they expire. With `--revoke` the new key signs at once, and all earlier links are refused within half a minute. A running service needs
 * no restart.
 */
import { parseArgs } from 'node:util'
import { readLinkKeys, rotateLinkKeys } from '../database/files/link-keys.ts'
import { OperatorError } from '../domain/operator-error.ts'
import { visitDatabase } from './open-database.ts'

async function rotate(revoke: boolean) {
  await visitDatabase('rotate-links', async ({ db }) => {
    await readLinkKeys(db)
    const { revoked } = await rotateLinkKeys(db, { revoke })
    if (revoke) {
      console.log(`A new key signs links. ${revoked} older revoked: links made before are refused within 30 seconds.`)
    } else {
      console.log('A new key will sign links in a minute. Links made before work until they expire.')
    }
  })
}

try {
  const { values } = parseArgs({ options: { revoke: { type: 'boolean', default: false } } })
  await rotate(values.revoke)
} catch (error) {
  const isMisuse = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  if (!(error instanceof OperatorError || isMisuse)) throw error
  console.error(isMisuse ? 'Usage: npm run rotate-links [-- --revoke]' : error.message)
  process.exitCode = isMisuse ? 2 : 1
}
