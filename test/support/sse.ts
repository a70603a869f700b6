import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

/** A block of an event stream: an event, a `retry`, or a comment. */
export type Block = { id?: string; event?: string; data?: string; retry?: string; comment?: string }

export type OpenStream = {
  status: number
  headers: IncomingHttpHeaders
  /** The body of a response that is not a stream. */
  body: Record<string, unknown>
  /** The blocks as they arrive, until the stream ends or is cut. */
  blocks: AsyncIterableIterator<Block>
  /** The raw response. */
  response: IncomingMessage
  cut(): void
}

/** Opens an event stream like a resuming client. */
export async function openStream(
  url: string,
  { key, lastEventId }: { key: string; lastEventId?: string | undefined },
): Promise<OpenStream> {
  const headers = {
    authorization: `Bearer ${key}`,
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  }
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const asking = request(url, { headers, agent: false }, resolve)
  asking.on('error', reject)
  asking.end()
  const response = await promise
  const streams = response.headers['content-type']?.startsWith('text/event-stream') ?? false
  const body = streams ? '' : await text(response)
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: body ? JSON.parse(body) : {},
    blocks: blocksOf(response),
    response,
    cut: () => asking.destroy(),
  }
}

async function* blocksOf(response: IncomingMessage): AsyncGenerator<Block> {
  let rest = ''
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      const parts = (rest + chunk).split('\n\n')
      rest = parts.pop() ?? ''
      for (const part of parts) yield blockOf(part)
    }
  } catch (error) {
    // Cut by either side.
    if (!(error instanceof Error && 'code' in error && error.code === 'ECONNRESET')) throw error
  }
}

function blockOf(part: string): Block {
  const fields = part.split('\n').map((line) => {
    const at = line.indexOf(':')
    return [line.slice(0, at) || 'comment', line.slice(at + 1).replace(/^ /, '')]
  })
  return Object.fromEntries(fields)
}
