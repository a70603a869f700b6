import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Key } from './keys.ts'
import { scopes } from './scopes.ts'

export const developmentOwner = 'development'

/**
 * The key for a service without `API_KEYS`: made at the first start, kept in the data folder, readable by its user only.
 * `made` says whether this is that first start.
 */
export async function developmentKey(dataDir: string): Promise<{ key: Key; made: boolean }> {
  const path = join(dataDir, 'development-key')
  await mkdir(dataDir, { recursive: true })
  const fresh = `dev_${randomBytes(24).toString('base64url')}`
  try {
    const file = await open(path, 'wx', 0o600)
    await file.writeFile(`${fresh}\n`)
    await file.close()
    return { key: { owner: developmentOwner, key: fresh, scopes }, made: true }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const kept = (await readFile(path, 'utf8')).trim()
  if (kept.length < 16) throw new Error(`${path} holds no key: remove the file, and a new one is made`)
  return { key: { owner: developmentOwner, key: kept, scopes }, made: false }
}
