import type { Readable } from 'node:stream'

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
  write(key: string, source: FileSource, options?: WriteOptions): Promise<StoredBytes>
  /** The bytes, or those of `range`, both ends inclusive. Rejects with `FileMissing`. */
  read(key: string, range?: { start: number; end: number }): Promise<Readable>
  /** Deletes the file, and the partial file of a writer that died. Does nothing if neither exists. */
  delete(key: string): Promise<void>
  /** The URL at which the store serves the file itself. Without this method, files are read with `read` only. */
  presign?(key: string, download: PresignedDownload): Promise<string>
}

export type FileSource = AsyncIterable<Uint8Array | string>

export type StoredBytes = { sizeBytes: number; sha256: string }

/** `method`: the only one that the URL permits. The other fields are headers of its response. */
export type PresignedDownload = {
  method: 'GET' | 'HEAD'
  validSeconds: number
  contentDisposition: string
  contentType: string
}

export class FileTooLarge extends Error {
  maxBytes: number

  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes`)
    this.name = 'FileTooLarge'
    this.maxBytes = maxBytes
  }
}

/** The disk of the files is read-only, broken, gone, or not accessible to this process; or S3 is. Another try may succeed. */
export class StorageUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StorageUnavailable'
  }
}

/** The disk has less free space than it must keep, or S3 has none. */
export class DiskFull extends StorageUnavailable {
  constructor(options?: ErrorOptions) {
    super('the disk has too little free space for files', options)
    this.name = 'DiskFull'
  }
}

export class FileMissing extends Error {
  constructor(key: string, options?: ErrorOptions) {
    super(`no file under ${key}`, options)
    this.name = 'FileMissing'
  }
}

const keyPattern = /^[a-z0-9][a-z0-9_-]*(\/[a-z0-9][a-z0-9_-]*)*$/

/** Keys have no dots, so that none can leave its folder or name a partial file. */
export function requireKey(key: string): void {
  if (key.length > 200 || !keyPattern.test(key)) throw new TypeError(`not a storage key: ${JSON.stringify(key)}`)
}
