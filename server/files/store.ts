import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export type WriteOptions = {
  /** Aborted: the write rejects and nothing is kept. */
  signal?: AbortSignal
  /** More bytes than this: the write rejects with `FileTooLarge` and nothing is kept. */
  maxBytes?: number
}

/** Bytes by key. A key is lower-case words with `/` between them; it holds a whole file or nothing. */
export type FileStore = {
  /** Streams `source` in, memory flat; when it settles the bytes are durable. `sha256` is in hex. */
  write(
    key: string,
    source: AsyncIterable<Uint8Array | string>,
    options?: WriteOptions,
  ): Promise<{ sizeBytes: number; sha256: string }>
  /** The bytes, or those of `range`, whose ends are both included. Rejects with `FileMissing`. */
  read(key: string, range?: { start: number; end: number }): Promise<Readable>
  /** Removes the key; nothing happens when it is not there. */
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
      await mkdir(dirname(path), { recursive: true })
      const partial = `${path}.${randomUUID()}.partial`
      try {
        const written = await writeDurably(partial, source, options)
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
      await rm(pathOf(key), { force: true })
    },
  }
}

const keyPattern = /^[a-z0-9][a-z0-9_-]*(\/[a-z0-9][a-z0-9_-]*)*$/

// No dots: no key can climb out of the folder, nor name a partial file.
function validKey(key: string): boolean {
  return key.length <= 200 && keyPattern.test(key)
}

async function writeDurably(
  path: string,
  source: AsyncIterable<Uint8Array | string>,
  { signal, maxBytes = Number.POSITIVE_INFINITY }: WriteOptions,
): Promise<{ sizeBytes: number; sha256: string }> {
  const file = await open(path, 'wx', 0o600)
  try {
    const hash = createHash('sha256')
    let sizeBytes = 0
    await pipeline(
      source,
      async (chunks: AsyncIterable<Uint8Array | string>) => {
        for await (const chunk of chunks) {
          const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
          sizeBytes += bytes.byteLength
          if (sizeBytes > maxBytes) throw new FileTooLarge(maxBytes)
          hash.update(bytes)
          await file.writeFile(bytes)
        }
      },
      signal ? { signal } : {},
    )
    await file.sync()
    return { sizeBytes, sha256: hash.digest('hex') }
  } finally {
    await file.close()
  }
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
