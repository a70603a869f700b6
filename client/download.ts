import { bodyOf, DownloadIncomplete, problemOf } from './errors.ts'
import type { NodeWritable, Transferred } from './stream.ts'
import { sleep } from './waiting.ts'

/** Target of a download: the path of a file (Node), or a stream, which is closed at the end. */
export type DownloadTarget = string | WritableStream<Uint8Array> | NodeWritable

/** Requests the same file again, with more headers. */
type Reopen = (headers: Record<string, string>) => Promise<Response>

/** How often a broken download is resumed without receiving a byte. */
const mostResumes = 5

/** Returns the link in the field `file` of a result; throws `TypeError` when the field has no link. */
export function linkIn(result: object, file: string): string {
  const link: unknown = Object.entries(result).find(([field]) => field === file)?.[1]
  if (typeof link === 'string') return link
  throw new TypeError(`The result has no file '${file}'; it has ${Object.keys(result).join(', ')}`)
}

/**
 * Streams the file in `response` into `target`, and returns the number of bytes. A broken download is resumed by `reopen`. Compares the
 * size, and in Node the SHA-256 that the service sends as ETag. Throws the problem when the response has no file, and `DownloadIncomplete`.
 */
export async function save(
  response: Response,
  reopen: Reopen,
  target: DownloadTarget,
  {
    signal,
    onProgress,
  }: { signal: AbortSignal | undefined; onProgress: ((transferred: Transferred) => void) | undefined },
): Promise<{ sizeBytes: number }> {
  if (response.status !== 200 || response.body === null) throw problemOf(response, await bodyOf(response))
  const received = { bytes: 0 }
  const hash = await hashOf(response)
  const chunks = chunksOf(response, reopen, received, signal)
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (!done) {
        hash?.update(value)
        onProgress?.({ bytes: received.bytes, totalBytes: sizeOf(response) })
        return controller.enqueue(value)
      }
      const sha256 = hash?.digest()
      if (sha256 === undefined || `"${sha256}"` === response.headers.get('ETag')) return controller.close()
      const words = 'The bytes of the download differ from the checksum of the file. Download it again.'
      controller.error(new DownloadIncomplete(words, received.bytes, sizeOf(response)))
    },
    async cancel() {
      await chunks.return()
    },
  })
  await writeTo(target, body, signal)
  return { sizeBytes: received.bytes }
}

/** The bytes of the file. `received` counts them. */
async function* chunksOf(
  first: Response,
  reopen: Reopen,
  received: { bytes: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  const sizeBytes = sizeOf(first)
  let cause: unknown
  for (let response: Response | undefined = first, resumes = 0; resumes <= mostResumes; resumes += 1) {
    const before = received.bytes
    const reader = response?.body?.getReader()
    try {
      for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
        received.bytes += next.value.byteLength
        yield next.value
      }
      // Without a length the end of the connection is the end of the file.
      if (response && (sizeBytes === undefined || received.bytes === sizeBytes)) return
      if (sizeBytes !== undefined && received.bytes > sizeBytes) break
    } catch (error) {
      signal?.throwIfAborted()
      cause = error
    } finally {
      reader?.cancel().catch(() => {})
    }
    if (!isResumable(first)) break
    if (received.bytes > before) resumes = 0
    await sleep(Math.random() * 200 * 2 ** resumes, signal)
    response = await rest(first, reopen, received.bytes).catch((error: unknown) => {
      signal?.throwIfAborted()
      cause = error
      return undefined
    })
    if (response === undefined) continue
    if (response.status !== 206) {
      const body = await bodyOf(response)
      if (response.ok) break
      throw problemOf(response, body)
    }
  }
  const expected = sizeBytes === undefined ? '' : ` of ${sizeBytes}`
  const words = `The download ended after ${received.bytes}${expected} bytes. Download it again.`
  throw new DownloadIncomplete(words, received.bytes, sizeBytes, { cause })
}

/** The file from `offset` on. RFC 9110 §13.1.5 and §14.2. */
async function rest(first: Response, reopen: Reopen, offset: number): Promise<Response | undefined> {
  const response = await reopen({ Range: `bytes=${offset}-`, 'If-Range': first.headers.get('ETag') as string })
  const begins = response.headers.get('Content-Range')?.startsWith(`bytes ${offset}-`)
  if (response.status !== 206 || begins) return response
  await response.body?.cancel()
  return undefined
}

/** Whether the server sends parts of the same bytes: it must have a strong ETag, and no proxy may have encoded the body. */
function isResumable({ headers }: Response): boolean {
  return headers.get('Accept-Ranges') === 'bytes' && !isEncoded(headers) && (headers.get('ETag') ?? '').startsWith('"')
}

function sizeOf({ headers }: Response): number | undefined {
  const length = headers.get('Content-Length')
  return length === null || isEncoded(headers) ? undefined : Number(length)
}

/** The platform decodes the body, so that its length is not that of the response. */
function isEncoded(headers: Headers): boolean {
  return (headers.get('Content-Encoding') ?? 'identity') !== 'identity'
}

async function hashOf({ headers }: Response) {
  if (!/^"[0-9a-f]{64}"$/.test(headers.get('ETag') ?? '') || typeof globalThis.process?.getBuiltinModule !== 'function')
    return undefined
  const { sha256 } = await import('./disk.ts')
  return sha256()
}

async function writeTo(target: DownloadTarget, body: ReadableStream<Uint8Array>, signal: AbortSignal | undefined) {
  if (isWebStream(target)) return body.pipeTo(target, { signal })
  const disk = await import('./disk.ts')
  return typeof target === 'string' ? disk.saveTo(target, body, signal) : disk.pipeTo(target, body, signal)
}

/** Not by `instanceof`: the stream may be of another realm. */
function isWebStream(target: DownloadTarget): target is WritableStream<Uint8Array> {
  return typeof target === 'object' && 'getWriter' in target
}
