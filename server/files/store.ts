import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm, rmdir, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { OperatorError } from '../domain/operator-error.ts'

export type WriteOptions = {
  /** When aborted, the write rejects with the signal's reason at once, whatever the source does, and stores nothing. */
  signal?: AbortSignal
  /** With more bytes, the write rejects with `FileTooLarge` and stores nothing. */
  maxBytes?: number
}

/**
 * Stores files by key. A key is lower-case words separated by `/`. A file is stored completely or not at all. A concurrent second writer of
 * the same key is refused.
 */
export type FileStore = {
  /** Streams `source` to the file with constant memory. When it resolves, the bytes are durable. `sha256` is in hex. */
  write(
    key: string,
    source: AsyncIterable<Uint8Array | string>,
    options?: WriteOptions,
  ): Promise<{ sizeBytes: number; sha256: string }>
  /** The bytes, or those of `range`, both ends inclusive. Rejects with `FileMissing`. */
  read(key: string, range?: { start: number; end: number }): Promise<Readable>
  /** Deletes the file, and the partial file of a writer that died. Does nothing if neither exists. */
  delete(key: string): Promise<void>
}

export class FileTooLarge extends Error {
  maxBytes: number

  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes`)
    this.name = 'FileTooLarge'
    this.maxBytes = maxBytes
  }
}

/** The disk of the files is read-only, broken, gone, or not accessible to this process. Another try may succeed. */
export class StorageUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StorageUnavailable'
  }
}

/** The disk has less free space than it must keep. */
export class DiskFull extends StorageUnavailable {
  constructor(options?: ErrorOptions) {
    super('the disk has too little free space for files', options)
    this.name = 'DiskFull'
  }
}

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

export class FileMissing extends Error {
  constructor(key: string, options?: ErrorOptions) {
    super(`no file under ${key}`, options)
    this.name = 'FileMissing'
  }
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
    if (!validKey(key)) throw new TypeError(`not a storage key: ${JSON.stringify(key)}`)
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

const keyPattern = /^[a-z0-9][a-z0-9_-]*(\/[a-z0-9][a-z0-9_-]*)*$/

// Without dots, so that no key can leave the folder or name a partial file.
function validKey(key: string): boolean {
  return key.length <= 200 && keyPattern.test(key)
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
  source: AsyncIterable<Uint8Array | string>,
  needFreeSpace: () => Promise<void>,
  { signal, maxBytes = Number.POSITIVE_INFINITY }: WriteOptions,
): Promise<{ sizeBytes: number; sha256: string }> {
  try {
    const hash = createHash('sha256')
    let sizeBytes = 0
    await needFreeSpace()
    for await (const chunk of interruptible(source, signal)) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      sizeBytes += bytes.byteLength
      if (sizeBytes > maxBytes) throw new FileTooLarge(maxBytes)
      await needFreeSpace()
      hash.update(bytes)
      await file.writeFile(bytes)
    }
    await file.sync()
    return { sizeBytes, sha256: hash.digest('hex') }
  } finally {
    await file.close()
  }
}

/**
 * Iterates `source` until `signal` is aborted, then throws the signal's reason at once. A stream pipeline would wait for the next chunk of the
 * source, which may never come.
 */
async function* interruptible<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  if (!signal) return yield* source
  const chunks = source[Symbol.asyncIterator]()
  let open = true
  try {
    for (;;) {
      signal.throwIfAborted()
      const next = await unlessAborted(chunks.next(), signal)
      if (next.done) {
        open = false
        return
      }
      yield next.value
    }
  } finally {
    const closed = open ? chunks.return?.() : undefined
    // A stuck source may never close, so an aborted read does not wait for it.
    if (signal.aborted) closed?.catch(() => {})
    else await closed
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
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
