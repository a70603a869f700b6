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

/** `text` is the whole body. It is empty for a stream or a socket, which are closed as soon as they open. */
export type RawResponse = { status: number; headers: IncomingHttpHeaders; text: string }

const agent = new Agent({ keepAlive: true, maxSockets: 50 })

/**
 * Sends one request over a kept connection, with any method, path and headers that Node allows. If the server closes the idle connection at
 * that moment, the request is sent once more over a new connection.
 */
export function knock(url: string, request: Knock): Promise<RawResponse> {
  return sent(url, request, agent)
}

function sent(url: string, incoming: Knock, via: Agent | false): Promise<RawResponse> {
  const { path, method = 'GET', headers = {}, body, key } = incoming
  const { promise, resolve, reject } = Promise.withResolvers<RawResponse>()
  const { hostname, port } = new URL(url)
  const credential = key ? { authorization: `Bearer ${key}` } : {}
  // Node sets the length only for some methods.
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
    if (error.code === 'ECONNRESET' && asking.reusedSocket) resolve(sent(url, incoming, false))
    else reject(error)
  })
  asking.end(body)
  return promise
}

function responseOf(response: IncomingMessage, body = ''): RawResponse {
  return { status: response.statusCode ?? 0, headers: response.headers, text: body }
}

/** The headers that open a WebSocket. */
export const handshake = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
}
