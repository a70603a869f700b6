import { unlessAborted } from './source.ts'
import { FileTooLarge } from './store.ts'

/** Bytes of a part. A smaller file is stored by one request. At least 5 MiB, and the same for all parts, which some servers require. */
export const partBytes = 8 * 2 ** 20
/** Parts that are sent at the same time. With the one that is being filled they are the memory that a write needs. */
const partsInFlight = 2
/** Most parts of a file (Amazon S3 user guide, Multipart upload limits). */
export const mostParts = 10_000

export type MultipartTarget<Part> = {
  /** Stores a file of at most `partBytes`. */
  put(bytes: Uint8Array): Promise<void>
  begin(): Promise<MultipartUpload<Part>>
}

export type MultipartUpload<Part> = {
  /** `number`: from 1. */
  part(number: number, bytes: Uint8Array, signal: AbortSignal): Promise<Part>
  complete(parts: Part[]): Promise<void>
  abort(): Promise<void>
}

/**
 * Sends `source` to `target` with constant memory. Rejects with the signal's reason at once. `cleaning` is then called with the removal of what
 * was sent: a request that stores something is not cut off, because the server may execute it anyway.
 */
export async function writeParts<Part>(
  source: AsyncIterable<Uint8Array>,
  target: MultipartTarget<Part>,
  { signal, cleaning }: { signal: AbortSignal | undefined; cleaning(done: Promise<void>): void },
): Promise<void> {
  const failed = new AbortController()
  const stopped = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal
  const effects: Promise<unknown>[] = []
  const parts: Part[] = []
  const sending = new Set<Promise<void>>()
  let upload: MultipartUpload<Part> | undefined
  let sent = 0

  function lasting<T>(effect: Promise<T>): Promise<T> {
    effects.push(effect)
    return unlessAborted(effect, stopped)
  }

  async function send(bytes: Uint8Array) {
    if (!upload) {
      const begun = target.begin().then((started) => (upload = started))
      await lasting(begun)
    }
    if (sent === mostParts) throw new FileTooLarge(mostParts * partBytes)
    sent += 1
    const number = sent
    const part = (upload as MultipartUpload<Part>).part(number, bytes, stopped).then(
      (part) => {
        parts[number - 1] = part
      },
      (error: unknown) => failed.abort(error),
    )
    sending.add(part)
    void part.then(() => sending.delete(part))
    if (sending.size === partsInFlight) await unlessAborted(Promise.race(sending), stopped)
  }

  async function removeSent() {
    await Promise.allSettled([...effects, ...sending])
    await upload?.abort()
  }

  const buffer = createBuffer()
  try {
    stopped.throwIfAborted()
    for await (const chunk of untilAborted(source, stopped)) {
      for (let rest = chunk; rest.byteLength > 0; ) {
        rest = buffer.add(rest)
        if (buffer.isFull()) await send(buffer.take())
      }
    }
    if (!upload) return await lasting(target.put(buffer.take()))
    if (!buffer.isEmpty()) await send(buffer.take())
    await unlessAborted(Promise.all(sending), stopped)
    stopped.throwIfAborted()
    await lasting(upload.complete(parts))
  } catch (error) {
    failed.abort(error)
    const removing = removeSent().catch(() => {})
    cleaning(removing)
    if (!signal?.aborted) await removing
    throw error
  }
}

/** A failed part ends a write whose source hangs. */
async function* untilAborted(source: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await unlessAborted(chunks.next(), signal)
      if (next.done) return
      yield next.value
    }
  } finally {
    const closed = chunks.return?.(undefined)
    // A stuck source may never close.
    if (signal.aborted) closed?.catch(() => {})
    else await closed
  }
}

const firstBytes = 65_536

/** Collects bytes up to the size of a part. It grows, so that a small file needs little memory. */
function createBuffer() {
  let bytes = Buffer.alloc(0)
  let size = 0
  return {
    /** Adds bytes; returns those that do not fit. */
    add(more: Uint8Array): Uint8Array {
      const taken = Math.min(more.byteLength, partBytes - size)
      if (size + taken > bytes.byteLength) {
        const grown = Buffer.allocUnsafeSlow(
          Math.min(partBytes, Math.max(firstBytes, 2 * bytes.byteLength, size + taken)),
        )
        bytes.copy(grown, 0, 0, size)
        bytes = grown
      }
      bytes.set(more.subarray(0, taken), size)
      size += taken
      return more.subarray(taken)
    },
    take(): Uint8Array {
      const taken = bytes.subarray(0, size)
      bytes = Buffer.alloc(0)
      size = 0
      return taken
    },
    isFull: () => size === partBytes,
    isEmpty: () => size === 0,
  }
}
