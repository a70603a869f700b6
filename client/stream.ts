/** Bytes to send: at once (then with a length), or as they come. A Node `Readable` is an `AsyncIterable`. */
export type Source = Blob | Uint8Array | string | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>

/** A request body of `source` that holds no more than a chunk of what is iterated. */
export function bodyOf(source: Source): Blob | Uint8Array<ArrayBuffer> | string | ReadableStream<Uint8Array> {
  if (typeof source === 'string' || source instanceof Blob || source instanceof ReadableStream) return source
  if (source instanceof Uint8Array) return new Uint8Array(source)
  const iterator = source[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  // ReadableStream.from would do, but not every browser has it.
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
