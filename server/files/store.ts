import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Readable } from 'node:stream'

export type WriteOptions = {
  /** Aborted: the write rejects with its reason at once, whatever the source does, and nothing is kept. */
  signal?: AbortSignal
  /** More bytes than this: the write rejects with `FileTooLarge` and nothing is kept. */
  maxBytes?: number
}

/**
 * Bytes by key. A key is lower-case words with `/` between them; it holds a whole file or nothing. One writer at a time: a second
 * one is refused.
 */
export type FileStore = {
  /** Streams `source` in, memory flat; when it settles the bytes are durable. `sha256` is in hex. */
  write(
    key: string,
    source: AsyncIterable<Uint8Array | string>,
    options?: WriteOptions,
  ): Promise<{ sizeBytes: number; sha256: string }>
  /** The bytes, or those of `range`, whose ends are both included. Rejects with `FileMissing`. */
  read(key: string, range?: { start: number; end: number }): Promise<Readable>
  /** Removes the key, and what a writer that died has left under it; nothing happens when neither is there. */
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

export class FileMissing extends Error {
  constructor(key: string, options?: ErrorOptions) {
    super(`no file under ${key}`, options)
    this.name = 'FileMissing'
  }
}

/** Files in a folder of the local disk, which is made when it is not there. */
export function diskStore(folder: string): FileStore {
  const root = resolve(folder)
  const pathOf = (key: string) => {
    if (!validKey(key)) throw new TypeError(`not a storage key: ${JSON.stringify(key)}`)
    return join(root, key)
  }
  return {
    async write(key, source, options = {}) {
      const path = pathOf(key)
      const partial = partialOf(path)
      const file = await openNew(partial)
      try {
        const written = await writeDurably(file, source, options)
        await rename(partial, path)
        await syncFolder(dirname(path))
        return written
      } catch (error) {
        await rm(partial, { force: true })
        throw error
      }
    },
    async read(key, range) {
      try {
        const file = await open(pathOf(key))
        return file.createReadStream(range)
      } catch (error) {
        if (isMissing(error)) throw new FileMissing(key, { cause: error })
        throw error
      }
    },
    async delete(key) {
      const path = pathOf(key)
      await rm(partialOf(path), { force: true })
      await rm(path, { force: true })
      // Each operation has a folder: empty ones would pile up. One that is in use stays.
      if (dirname(path) !== root) await rmdir(dirname(path)).catch(() => {})
    },
  }
}

const keyPattern = /^[a-z0-9][a-z0-9_-]*(\/[a-z0-9][a-z0-9_-]*)*$/

// No dots: no key can climb out of the folder, nor name a partial file.
function validKey(key: string): boolean {
  return key.length <= 200 && keyPattern.test(key)
}

// Named by the key alone, so that it is found again when its writer has died.
const partialOf = (path: string) => `${path}.partial`

/** Opens a new file, in a folder that is made when it is not there; and again, when it has just been removed as empty. */
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
  { signal, maxBytes = Number.POSITIVE_INFINITY }: WriteOptions,
): Promise<{ sizeBytes: number; sha256: string }> {
  try {
    const hash = createHash('sha256')
    let sizeBytes = 0
    for await (const chunk of interruptible(source, signal)) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      sizeBytes += bytes.byteLength
      if (sizeBytes > maxBytes) throw new FileTooLarge(maxBytes)
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
 * `source` until `signal` is aborted, which throws its reason at once. A stream's pipeline would wait for the source's next chunk,
 * and one that is stuck has none.
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
    // A stuck source does not close either: then nobody waits for it.
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

/** A rename is durable only when its folder is. Windows cannot open a folder, and does not need it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
