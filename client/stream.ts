/** A stream of Node, such as `process.stdout`. Not named by Node's types, which a page does not have. */
export type NodeWritable = {
  write(chunk: Uint8Array): boolean
  end(): unknown
  on(event: 'error', listener: () => void): unknown
}

/** The bytes that have been transferred so far, of `totalBytes` if the size is known. */
export type Transferred = { bytes: number; totalBytes: number | undefined }

const chunkBytes = 65_536

/** Bytes to send: complete (sent with a length) or streamed. A Node `Readable` is an `AsyncIterable`. */
export type Source = Blob | Uint8Array | string | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>

/** A stream of `source` that reports the bytes that were taken from it. */
export function counted(source: Source, report: (transferred: Transferred) => void): ReadableStream<Uint8Array> {
  const whole = typeof source === 'string' ? new TextEncoder().encode(source) : asBytes(source)
  const totalBytes = whole?.byteLength ?? (isBlob(source as object) ? (source as Blob).size : undefined)
  const stream = isBlob(source as object) ? (source as Blob).stream() : undefined
  let bytes = 0
  return streamed(whole ? chunksOf(whole) : (stream ?? (source as AsyncIterable<Uint8Array | string>)), (chunk) => {
    bytes += chunk.byteLength
    report({ bytes, totalBytes })
  })
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}

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

function streamed(
  source: AsyncIterable<Uint8Array | string> | ReadableStream<Uint8Array>,
  onChunk: (chunk: Uint8Array) => void = () => {},
): ReadableStream<Uint8Array> {
  const iterator = iteratorOf(source)
  const encoder = new TextEncoder()
  // Not every browser has ReadableStream.from.
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next()
      if (done) return controller.close()
      const chunk = typeof value === 'string' ? encoder.encode(value) : value
      onChunk(chunk)
      controller.enqueue(chunk)
    },
    async cancel() {
      await iterator.return?.()
    },
  })
}

/** Not every browser can iterate a ReadableStream. */
function iteratorOf(source: AsyncIterable<Uint8Array | string> | ReadableStream<Uint8Array>) {
  if (!('getReader' in source)) return source[Symbol.asyncIterator]()
  const reader = source.getReader()
  return {
    next: () => reader.read(),
    return: () => reader.cancel(),
  }
}
