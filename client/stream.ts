/** Bytes to send: complete (sent with a length) or streamed. A Node `Readable` is an `AsyncIterable`. */
export type Source = Blob | Uint8Array | string | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>

/** A request body of `source`, with at most one chunk in memory. */
export function bodyOf(source: Source): Blob | Uint8Array<ArrayBuffer> | string | ReadableStream<Uint8Array> {
  if (typeof source === 'string') return source
  const bytes = asBytes(source)
  if (bytes) return new Uint8Array(bytes)
  if (source instanceof Blob || source instanceof ReadableStream) return source
  if (isBlob(source)) return streamed(source.stream())
  return streamed(source as AsyncIterable<Uint8Array | string>)
}

/** The bytes of a typed array, a DataView or an ArrayBuffer, also of another realm (a worker, an iframe, `vm`), where `instanceof` fails. */
export function asBytes(source: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
  const name = Object.prototype.toString.call(source)
  if (name !== '[object ArrayBuffer]' && name !== '[object SharedArrayBuffer]') return undefined
  return new Uint8Array(source as ArrayBuffer)
}

function isBlob(source: object): source is Blob {
  return /^\[object (Blob|File)\]$/.test(Object.prototype.toString.call(source))
}

function streamed(source: AsyncIterable<Uint8Array | string> | ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  // Not every browser has ReadableStream.from.
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next()
      if (done) controller.close()
      else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value)
    },
    async cancel() {
      await iterator.return?.()
    },
  })
}
