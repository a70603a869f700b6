import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, link, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OperatorError } from '../domain/operator-error.ts'
import { makeDataFolder } from '../lib/data-folder.ts'
import { scopes } from './api-key.ts'
import type { Key } from './credential.ts'

export const developmentOwner = 'development'

/** `made`: created at this start. */
export type DevelopmentKey = { key: Key; path: string; made: boolean }

const mostBytes = 1024

/**
 * The API key of a service without `API_KEYS`: created at the first start, in a file in the data folder that only its user can read. Throws
 * `OperatorError` if that file is anything else.
 */
export async function developmentKey(dataDir: string): Promise<DevelopmentKey> {
  const path = join(dataDir, 'development-key')
  await makeDataFolder(dataDir)
  const made = await make(path, `dev_${randomBytes(24).toString('base64url')}`)
  return { key: { owner: developmentOwner, key: await read(path), scopes }, path, made }
}

/** Returns whether the file was created. It appears with its content, so that another service that starts now cannot read an empty file. */
async function make(path: string, key: string): Promise<boolean> {
  const own = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(own, `${key}\n`, { mode: 0o600, flag: 'wx' })
  try {
    await link(own, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    await rm(own, { force: true })
  }
}

async function read(path: string): Promise<string> {
  // The last two are undefined on Windows, which `|` reads as zero.
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  // Another user with write access to the folder could create a link to any file, or a pipe that never ends.
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((cause: unknown) => {
    throw new OperatorError(`${path} cannot be opened as a file: ${remedy}`, { cause })
  })
  try {
    await checkAccess(file, path)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0)
    const key = buffer.toString('latin1', 0, bytesRead).trim()
    if (!/^[\x21-\x7e]{16,256}$/.test(key)) {
      throw new OperatorError(`${path} does not contain a key of 16 to 256 visible ASCII characters: ${remedy}`)
    }
    return key
  } finally {
    await file.close()
  }
}

async function checkAccess(file: FileHandle, path: string) {
  const stats = await file.stat()
  if (!stats.isFile()) throw new OperatorError(`${path} is not a regular file: ${remedy}`)
  // Windows has no such modes.
  if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
    throw new OperatorError(`${path} can be read by other users: ${remedy}`)
  }
}

const remedy = 'remove the file; the next start creates a new key'
