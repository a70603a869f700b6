import type { Writable } from 'node:stream'
import { problemOf } from './errors.ts'

/** Target of a download: the path of a file (Node), or a stream, which is closed at the end. */
export type DownloadTarget = string | WritableStream<Uint8Array> | Writable

/** Returns the link in the field `file` of a result; throws `TypeError` when the field has no link. */
export function linkIn(result: object, file: string): string {
  const link: unknown = Object.entries(result).find(([field]) => field === file)?.[1]
  if (typeof link === 'string') return link
  throw new TypeError(`The result has no file '${file}'; it has ${Object.keys(result).join(', ')}`)
}

/** Streams the file in `response` into `target`, and returns the number of bytes. Throws the problem when the response has no file. */
export async function save(
  response: Response,
  target: DownloadTarget,
  signal: AbortSignal | undefined,
): Promise<{ sizeBytes: number }> {
  if (!response.ok || response.body === null) throw problemOf(response, await response.json().catch(() => undefined))
  let sizeBytes = 0
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      sizeBytes += chunk.byteLength
      controller.enqueue(chunk)
    },
  })
  await writeTo(target, response.body.pipeThrough(counter), signal)
  return { sizeBytes }
}

async function writeTo(target: DownloadTarget, body: ReadableStream<Uint8Array>, signal: AbortSignal | undefined) {
  if (target instanceof WritableStream) return body.pipeTo(target, { signal })
  const disk = await import('./disk.ts')
  return typeof target === 'string' ? disk.saveTo(target, body, signal) : disk.pipeTo(target, body, signal)
}
