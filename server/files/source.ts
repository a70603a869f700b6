import { createHash } from 'node:crypto'
import { type FileSource, FileTooLarge, type StoredBytes, type WriteOptions } from './store.ts'

/** The bytes of a source while they are counted and hashed. `written`: of all bytes, at the end. */
export function measure(
  source: FileSource,
  { signal, maxBytes = Number.POSITIVE_INFINITY }: WriteOptions,
): { bytes: AsyncGenerator<Uint8Array>; written(): StoredBytes } {
  const hash = createHash('sha256')
  let sizeBytes = 0
  async function* bytes() {
    for await (const chunk of interruptible(source, signal)) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      sizeBytes += bytes.byteLength
      if (sizeBytes > maxBytes) throw new FileTooLarge(maxBytes)
      hash.update(bytes)
      yield bytes
    }
  }
  return { bytes: bytes(), written: () => ({ sizeBytes, sha256: hash.digest('hex') }) }
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

/** The result of `promise`, unless `signal` is aborted first. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
