import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { Problem } from '../contract/problem.ts'
import { completing } from './answer-headers.ts'
import { problemReply } from './answers.ts'

/** The most that a server may read of URL and headers together. */
export const headersMaxBytes = 16_384
const mostHeaders = 100

/** Answers what is no request that could be read, with a problem like any other; nothing else of the connection is read. */
export function answerUnreadable(server: Server, origin: string) {
  const answering = new WeakMap<Socket, ServerResponse>()
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => answering.set(socket, response))
  server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, connection) => {
    const socket = connection as Socket
    const response = answering.get(socket)
    const midway = response?.headersSent && !response.writableFinished
    if (error.code === 'ECONNRESET' || !socket.writable || midway) return socket.destroy()
    const { status, headers, body } = refusal(problemOf(error.code), origin)
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    // An answer to HEAD has no body, whatever came of it.
    const shown = error.rawPacket?.toString('latin1', 0, 5) === 'HEAD ' ? '' : body
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${shown}`)
    socket.destroySoon()
  })
}

/** The refusal of a request that has too many headers; undefined for one that has not. */
export function tooManyHeaders({ rawHeaders }: IncomingMessage, origin: string): Response | undefined {
  // Names and values.
  if (rawHeaders.length <= 2 * mostHeaders) return undefined
  const detail = `A request may have ${mostHeaders} headers, and this one has ${rawHeaders.length / 2}.`
  const { status, headers, body } = refusal(new Problem('HEADERS_TOO_LARGE', detail), origin)
  return new Response(body, { status, headers })
}

function refusal(problem: Problem, origin: string) {
  const requestId = randomUUID()
  const reply = problemReply(problem, { path: '', requestId, origin })
  const headers = completing(origin, undefined)(reply, { origin: undefined, byTls: false, requestId, isOwned: false })
  const { status, body } = reply
  const length = String(Buffer.byteLength(body))
  return {
    status,
    headers: { ...headers, 'content-length': length, connection: 'close' },
    body,
  }
}

function problemOf(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('HEADERS_TOO_LARGE', `The URL and the headers may have ${headersMaxBytes} bytes together.`)
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('REQUEST_TIMEOUT', 'The headers did not come in time. Send the request again.')
    default:
      return new Problem('INVALID_REQUEST', 'This is not HTTP/1.1 as it can be read.')
  }
}
