import { type FileHandle, mkdir, open, rename, rm, rmdir, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { OperatorError } from '../domain/operator-error.ts'
import { measure } from './source.ts'
import {
  DiskFull,
  FileMissing,
  type FileSource,
  type FileStore,
  requireKey,
  StorageUnavailable,
  type StoredBytes,
  type WriteOptions,
} from './store.ts'

const fullCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])
const unavailableCodes: ReadonlySet<unknown> = new Set([
  'EROFS',
  'EACCES',
  'EPERM',
  'EIO',
  'ENODEV',
  'ENXIO',
  'ENOTDIR',
  'ESTALE',
  'ETIMEDOUT',
  'EBUSY',
  'EMFILE',
  'ENFILE',
])

/** The error of the file system as one of the store. */
function storageError(error: unknown): unknown {
  const code = codeOf(error)
  if (fullCodes.has(code)) return new DiskFull({ cause: error })
  if (!unavailableCodes.has(code)) return error
  return new StorageUnavailable(`the disk of the files is unavailable: ${code}`, { cause: error })
}

export type DiskOptions = {
  /** Writes reject with `DiskFull` while the disk has less, so that the database and other programs on it keep working. */
  minFreeBytes?: number
  /** Free bytes of the disk that a folder is on. */
  freeBytes?(folder: string): Promise<number>
}

/** How long a measurement of the free space is used. */
const freeMs = 200

/** Stores files in a folder of the local disk, which is created if it does not exist. */
export function diskStore(folder: string, { minFreeBytes = 0, freeBytes = freeBytesOf }: DiskOptions = {}): FileStore {
  const root = resolve(folder)
  let freeAtMs = Number.NEGATIVE_INFINITY

  async function needFreeSpace() {
    if (minFreeBytes === 0 || performance.now() < freeAtMs + freeMs) return
    if ((await freeBytes(root)) < minFreeBytes) throw new DiskFull()
    freeAtMs = performance.now()
  }
  /** Node reports ENOENT when it cannot create a folder on a full or read-only disk. */
  async function folderError(cause: unknown): Promise<StorageUnavailable> {
    const free = await freeBytes(root).catch(() => undefined)
    return free === 0
      ? new DiskFull({ cause })
      : new StorageUnavailable('a folder for files cannot be created', { cause })
  }
  const pathOf = (key: string) => {
    requireKey(key)
    return join(root, key)
  }
  return {
    async write(key, source, options = {}) {
      const path = pathOf(key)
      const partial = partialOf(path)
      try {
        const file = await openNew(partial)
        const written = await writeDurably(file, source, needFreeSpace, options)
        await rename(partial, path)
        await syncFolder(dirname(path))
        return written
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') await rm(partial, { force: true }).catch(() => {})
        throw isMissing(error) ? await folderError(error) : storageError(error)
      }
    },
    async read(key, range) {
      try {
        const file = await open(pathOf(key))
        return file.createReadStream(range)
      } catch (error) {
        if (isMissing(error)) throw new FileMissing(key, { cause: error })
        throw storageError(error)
      }
    },
    async delete(key) {
      const path = pathOf(key)
      await rm(partialOf(path), { force: true })
      await rm(path, { force: true })
      // Each operation has a folder, which is removed when it is empty.
      if (dirname(path) !== root) await rmdir(dirname(path)).catch(() => {})
    },
  }
}

/**
 * Creates the folder and writes to it. Throws an `OperatorError` that names the folder if that fails, so that a service does not start on a
 * disk to which it cannot write.
 */
export async function requireWritable(folder: string): Promise<void> {
  const probe = join(folder, `.writable-${process.pid}`)
  try {
    await makeFolder(resolve(folder))
    await writeFile(probe, 'written', { mode: 0o600 })
    await rm(probe)
  } catch (error) {
    await rm(probe, { force: true }).catch(() => {})
    const reason = `The folder for files ${folder} cannot be written (${codeOf(error)})`
    const remedy =
      'mount its disk writable, free space on it, or grant this user access; or name another folder in FILES_URL'
    throw new OperatorError(`${reason}: ${remedy}.`, { cause: error })
  }
}

/** Without the option `recursive`, with which Node tries for ever where an existing folder responds ENOENT, such as /proc. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    const parent = dirname(folder)
    if (codeOf(error) === 'EEXIST') return
    if (!isMissing(error) || (await isThere(parent))) throw error
    await makeFolder(parent)
    await mkdir(folder)
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

// The name depends on the key only, so that `delete` finds it after its writer has died.
const partialOf = (path: string) => `${path}.partial`

/** Opens a new file and creates its folder. Tries again if `delete` removed the empty folder meanwhile. */
async function openNew(path: string): Promise<FileHandle> {
  for (let tries = 0; ; tries += 1) {
    await mkdir(dirname(path), { recursive: true })
    try {
      return await open(path, 'wx', 0o600)
    } catch (error) {
      if (!isMissing(error) || tries === 10) throw error
    }
  }
}

async function writeDurably(
  file: FileHandle,
  source: FileSource,
  needFreeSpace: () => Promise<void>,
  options: WriteOptions,
): Promise<StoredBytes> {
  try {
    const measured = measure(source, options)
    await needFreeSpace()
    for await (const bytes of measured.bytes) {
      await needFreeSpace()
      await file.writeFile(bytes)
    }
    await file.sync()
    return measured.written()
  } finally {
    await file.close()
  }
}

/** A rename is durable only after an fsync of its folder. Windows cannot open a folder, and does not need this. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT'
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
