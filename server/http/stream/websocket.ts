import { type IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import type { CloseReason, EventStream } from '../../contract/implementation.ts'
import { protocol } from '../request/handshake.ts'

export type WebSockets = {
  /** Switches the connection of this request to WebSocket, then lets the stream write to it. */
  accept(request: IncomingMessage, outgoing: ServerResponse, headers: Headers, stream: EventStream): void
  /** Closes all open sockets at once. */
  terminate(): void
}

/** Clients only receive: a message of any size closes the socket, a larger one before it is read. */
const maxPayload = 4096
const maxFragments = 4
/**
 * Clients send pongs, pings and a close frame. One that sends more than this in the window is closed with 1008, not read any further, and
 * disconnected.
 */
const maxReceivedBytes = 8192
const receivedWindowMs = 10_000
/** How long a flooding client has to read its close frame. */
const closeMs = 1000
/** With more bytes than this waiting to be sent, the consumer is slow. */
const maxBufferedBytes = 65_536

/** Status codes of RFC 6455 §7.4.1 and the IANA registry. */
const closeCodes = {
  ended: [1000, 'the operation has ended'],
  gone: [1001, 'the operation was removed'],
  failed: [1011, 'the service failed: open it again after the last sequence'],
  closing: [1012, 'this process stops: open it again'],
  revoked: [1008, 'the credential was revoked'],
  slow: [1013, 'too slow: open it again after the last sequence'],
} as const satisfies Record<CloseReason, readonly [code: number, reason: string]>

/** Whether a request asks for a WebSocket. Requests for another protocol are served by HTTP/1.1. */
export function asksForWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'
}

/**
 * Serves requests for a WebSocket like all others: a refusal is an ordinary response, after which the connection closes. Without
 * compression, which takes many times the memory of an idle socket.
 */
export function serveWebSockets(server: Server): WebSockets {
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: () => protocol,
    maxPayload,
    maxFragments,
    perMessageDeflate: false,
    autoPong: false,
    // One frame of a socket per turn of the event loop: 64 KiB of frames that arrive together take 50 ms.
    allowSynchronousEvents: false,
  })

  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    const outgoing = new ServerResponse(request)
    outgoing.shouldKeepAlive = false
    outgoing.assignSocket(request.socket)
    outgoing.on('finish', () => request.socket.destroySoon())
    connection.on('error', () => {})
    if (head.length > 0) connection.unshift(head)
    server.emit('request', request, outgoing)
  })

  return {
    accept(request, outgoing, headers, stream) {
      outgoing.detachSocket(request.socket)
      const addHeaders = (lines: string[]) => {
        for (const [name, value] of headers) lines.push(`${name}: ${value}`)
      }
      sockets.on('headers', addHeaders)
      sockets.handleUpgrade(request, request.socket, Buffer.alloc(0), (socket) => {
        startStream(socket, stream)
        limitReceived(socket, request.socket)
      })
      sockets.off('headers', addHeaders)
    },
    terminate() {
      for (const socket of sockets.clients) socket.terminate()
    },
  }
}

function limitReceived(socket: WebSocket, connection: Duplex) {
  let windowStartMs = performance.now()
  let receivedBytes = 0
  connection.on('data', ({ byteLength }: Buffer) => {
    const nowMs = performance.now()
    if (nowMs - windowStartMs > receivedWindowMs) {
      windowStartMs = nowMs
      receivedBytes = 0
    }
    receivedBytes += byteLength
    if (receivedBytes <= maxReceivedBytes || socket.isPaused) return
    socket.close(1008, 'too much was sent: this socket only sends')
    socket.pause()
    setTimeout(() => socket.terminate(), closeMs)
  })
}

function startStream(socket: WebSocket, stream: EventStream) {
  let slow = false
  let unanswered = false

  const { drained, closed } = stream({
    write(message) {
      if (socket.readyState !== WebSocket.OPEN) return false
      socket.send(message, { binary: false }, sent)
      slow ||= socket.bufferedAmount > maxBufferedBytes
      return !slow
    },
    ping() {
      if (unanswered) {
        socket.terminate()
        return
      }
      unanswered = true
      socket.ping()
    },
    close: (reason) => {
      const [code, text] = closeCodes[reason]
      socket.close(code, text)
    },
    destroy: () => socket.terminate(),
  })

  function sent() {
    if (!slow || socket.bufferedAmount > 0) return
    slow = false
    // Pings do not pass while the consumer is slow.
    unanswered = false
    drained()
  }

  socket.on('message', () => socket.close(1003, 'this socket only sends'))
  // Pongs to a client that does not read would fill the memory.
  socket.on('ping', (data) => {
    if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount <= maxBufferedBytes) socket.pong(data)
  })
  socket.on('pong', () => {
    unanswered = false
  })
  socket.on('close', closed)
  // After a protocol error, ws closes the socket with the code for it.
  socket.on('error', () => {})
}
