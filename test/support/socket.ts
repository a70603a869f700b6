import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { WebSocket } from 'ws'

export type Message = { event: string; operationId: string; sequence: number; status: string } & Record<string, unknown>

export type Refusal = { status: number; headers: IncomingHttpHeaders; body: Record<string, unknown> }

export type Opening = {
  key?: string
  protocols?: string[]
  headers?: Record<string, string>
  /** Ignores pings. */
  silent?: boolean
}

export type OpenSocket = {
  socket: WebSocket
  /** Headers of the 101 response. */
  headers: IncomingHttpHeaders
  /** All received messages. */
  messages: Message[]
  /** Resolves with all messages once the message with this sequence has arrived. */
  has(sequence: number): Promise<Message[]>
  closed: Promise<{ code: number; reason: string }>
}

/** Opens a WebSocket, or returns the response of the service. */
export async function openSocket(url: string, { key, protocols = [], headers = {}, silent = false }: Opening = {}) {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), protocols, {
    headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers },
    autoPong: !silent,
  })
  // Error of a cut connection; `close` follows.
  socket.on('error', () => {})
  const messages: Message[] = []
  const waiting = new Map<number, () => void>()
  socket.on('message', (data) => {
    const message: Message = JSON.parse((data as Buffer).toString('utf8'))
    messages.push(message)
    waiting.get(message.sequence)?.()
  })
  const closed = once(socket, 'close').then(([code, reason]) => ({ code: Number(code), reason: String(reason) }))
  const upgraded = once(socket, 'upgrade') as Promise<[IncomingMessage]>
  const refused = once(socket, 'unexpected-response') as Promise<[unknown, IncomingMessage]>
  refused.catch(() => {})
  const first = await Promise.race([upgraded, refused.then(([, response]) => response)])
  if (!Array.isArray(first)) {
    const body = await text(first)
    return { status: first.statusCode ?? 0, headers: first.headers, body: body ? JSON.parse(body) : {} } as Refusal
  }
  const has = async (sequence: number) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.set(sequence, resolve)
    if (!messages.some((message) => message.sequence === sequence)) await promise
    return messages
  }
  return { socket, headers: first[0].headers, messages, has, closed } as OpenSocket
}

/** Opens a WebSocket; throws when the service refuses. */
export async function opened(url: string, opening: Opening = {}): Promise<OpenSocket> {
  const answer = await openSocket(url, opening)
  if ('status' in answer) throw new Error(`refused with ${answer.status}: ${JSON.stringify(answer.body)}`)
  return answer
}

/** Returns the refusal of a WebSocket; throws when it opens. */
export async function refused(url: string, opening: Opening = {}): Promise<Refusal> {
  const answer = await openSocket(url, opening)
  if ('status' in answer) return answer
  answer.socket.terminate()
  throw new Error('it was opened')
}
