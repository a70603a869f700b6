/** Bytes to send: complete (sent with a length) or streamed. A Node `Readable` is an `AsyncIterable`. */
export type Source = Blob | Uint8Array | string | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>

/** A request body of `source`, with at most one chunk in memory. */
export function bodyOf(source: Source): Blob | Uint8Array<ArrayBuffer> | string | ReadableStream<Uint8Array> {
  if (typeof source === 'string' || source instanceof Blob || source instanceof ReadableStream) return source
  if (source instanceof Uint8Array) return new Uint8Array(source)
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
