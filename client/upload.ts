import type { components } from '../generated/schema.ts'
import type { Calls } from './calls.ts'
import { bodyOf as contentOf, problemOf } from './errors.ts'
import { bodyOf, counted, type Source, type Transferred } from './stream.ts'
import { type CallOptions, signalOf } from './waiting.ts'

export type UploadOptions = CallOptions & {
  mediaType: 'text/csv' | 'application/x-ndjson'
  /** Called for each chunk. Sends any source as a stream, which needs Node, Deno, Bun or a browser with request streams. */
  onProgress?: (transferred: Transferred) => void
}

export async function upload(
  { base, send }: Calls,
  source: Source,
  { mediaType, onProgress, ...options }: UploadOptions,
): Promise<components['schemas']['Upload']> {
  const body = onProgress ? counted(source, onProgress) : bodyOf(source)
  const signal = signalOf(options)
  const init = { method: 'POST', headers: { 'Content-Type': mediaType }, body, duplex: 'half', signal } as const
  const response = await send(new Request(`${base}/uploads`, init as RequestInit))
  const answer = await contentOf(response)
  if (!response.ok || typeof answer !== 'object') throw problemOf(response, answer)
  return answer as components['schemas']['Upload']
}
