import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

export type Knock = {
  path: string
  method?: string
  headers?: Record<string, string | string[]>
  body?: string | Buffer
  /** Sent as a bearer token. */
  key?: string | null | undefined
}

/** `text` is the whole body; of a stream or a socket, which are left as soon as they open, nothing. */
export type RawResponse = { status: number; headers: IncomingHttpHeaders; text: string }

const agent = new Agent({ keepAlive: true, maxSockets: 50 })

/**
 * One request over a connection that is kept, with whatever method, path and headers Node lets out. One that its server gives up at that
 * moment, since it was idle, is no answer: then once more over a new one.
 */
export function knock(url: string, request: Knock): Promise<RawResponse> {
  return sent(url, request, agent)
}

function sent(url: string, asked: Knock, via: Agent | false): Promise<RawResponse> {
  const { path, method = 'GET', headers = {}, body, key } = asked
  const { promise, resolve, reject } = Promise.withResolvers<RawResponse>()
  const { hostname, port } = new URL(url)
  const credential = key ? { authorization: `Bearer ${key}` } : {}
  // Node itself says how long a body is with some methods only.
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const upgrades = 'upgrade' in headers
  const asking = request({
    hostname,
    port,
    path,
    method,
    headers: { ...credential, ...length, ...headers },
    agent: upgrades ? false : via,
  })
  asking.on('response', (response) => {
    if (response.headers['content-type']?.startsWith('text/event-stream') && method === 'GET') {
      resolve(responseOf(response))
      asking.destroy()
    } else {
      text(response).then((body) => resolve(responseOf(response, body)), reject)
    }
  })
  asking.on('upgrade', (response, socket) => {
    socket.destroy()
    resolve(responseOf(response))
  })
  asking.on('connect', (response, socket) => {
    socket.destroy()
    resolve(responseOf(response))
  })
  asking.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNRESET' && asking.reusedSocket) resolve(sent(url, asked, false))
    else reject(error)
  })
  asking.end(body)
  return promise
}

function responseOf(response: IncomingMessage, body = ''): RawResponse {
  return { status: response.statusCode ?? 0, headers: response.headers, text: body }
}

/** What a client sends that opens a WebSocket. */
export const handshake = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
}
