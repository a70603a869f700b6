import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import { Problem } from '../contract/problem.ts'
import { networkOf } from '../quotas/address-limits.ts'
import { plainAddress, type Trusts } from './request/client-address.ts'
import { completeHeaders } from './response/headers.ts'
import { problemReply } from './response/problems.ts'

export type ConnectionLimits = {
  /** Open connections of this process. */
  total: number
  /** Open connections of one address, or of one /64 of IPv6. Trusted proxies have no such limit. */
  perAddress: number
  trusts?: Trusts | undefined
  /** `count` connections were closed since the last report. Called at most every 10 s. */
  onRefused?(refused: { count: number }): void
}

/** Requests that wait on one connection behind another (pipelining, RFC 9112 §9.3.2). Node starts a whole packet of them at once. */
const maxPipelined = 32
const reportMs = 10_000

/** Closes connections beyond the limits as soon as they are accepted, and reads the first bytes of the others one per turn of the event loop. */
export function limitConnections(
  server: Server,
  { total, perAddress, trusts, onRefused = () => {} }: ConnectionLimits,
  pipelineLimit: PipelineLimit,
) {
  const open = new Map<string, number>()
  let refused = 0
  let reporting = false

  function report() {
    refused += 1
    if (reporting) return
    reporting = true
    setTimeout(() => {
      onRefused({ count: refused })
      refused = 0
      reporting = false
    }, reportMs).unref()
  }

  server.maxConnections = total
  server.on('drop', report)
  server.on('connection', (socket: Socket) => {
    const address = plainAddress(socket.remoteAddress ?? '')
    if (trusts?.(address)) return
    const network = networkOf(address)
    const others = open.get(network) ?? 0
    if (others >= perAddress) {
      socket.destroy()
      return report()
    }
    open.set(network, others + 1)
    socket.once('close', () => {
      const left = (open.get(network) ?? 1) - 1
      if (left === 0) open.delete(network)
      else open.set(network, left)
    })
  })

  server.on('connection', pipelineLimit.accept)
  // The connection of a WebSocket carries no more requests.
  server.on('upgrade', (_, socket) => pipelineLimit.leave(socket as Socket))
}

/** Each connection that pipelines too many requests delays the other connections of its network by this long. */
const pauseMs = 100

/** The connections of one address, or of one /64 of IPv6. `waiting`: connections that are not read yet. */
type Network = { open: Set<Socket>; waiting: Set<Socket>; pausedUntilMs: number }

export type PipelineLimit = {
  /** To be called for each new connection, which is not read before its turn. */
  accept(socket: Socket): void
  /** A connection that carries no more requests is not paused. */
  leave(socket: Socket): void
  /** Whether a request may start. A connection that pipelines too many is closed, and none of its further requests starts. */
  mayStart(request: IncomingMessage, response: ServerResponse): boolean
}

/**
 * Starts to read the connections of a network one per turn of the event loop. Node parses all requests of a packet of up to 64 KiB before it
 * serves another socket, and makes an error of each when the connection closes: up to 40 ms for one connection. So when a connection has
 * pipelined too many, the other connections of its network wait for a turn again, 100 ms apart for each such connection.
 */
export function limitPipelining(): PipelineLimit {
  const networks = new Map<string, Network>()
  const pipelined = new WeakMap<Socket, number>()

  function networkAt({ remoteAddress = '' }: Socket): Network {
    const name = networkOf(plainAddress(remoteAddress))
    const known = networks.get(name) ?? { open: new Set(), waiting: new Set(), pausedUntilMs: 0 }
    networks.set(name, known)
    return known
  }

  function forget(name: string, network: Network) {
    if (network.open.size > 0) return
    const leftMs = network.pausedUntilMs - performance.now()
    if (leftMs > 0) setTimeout(() => forget(name, network), leftMs).unref()
    else if (networks.get(name) === network) networks.delete(name)
  }

  async function readWaiting(network: Network) {
    for (const socket of network.waiting) {
      await nextTurn()
      for (let ms = 1; ms > 0; ) {
        ms = network.pausedUntilMs - performance.now()
        if (ms > 0) await delay(ms)
      }
      network.waiting.delete(socket)
      socket.resume()
    }
  }

  function wait(network: Network, socket: Socket) {
    network.waiting.add(socket)
    if (network.waiting.size === 1) void readWaiting(network)
  }

  /** Sockets that are paused for backpressure stay as they are. */
  function pauseAll(network: Network) {
    network.pausedUntilMs = Math.max(performance.now(), network.pausedUntilMs) + pauseMs
    for (const socket of network.open) {
      if (socket.destroyed || socket.isPaused() || network.waiting.has(socket)) continue
      socket.pause()
      wait(network, socket)
    }
  }

  return {
    accept(socket) {
      if (socket.destroyed) return
      const name = networkOf(plainAddress(socket.remoteAddress ?? ''))
      const network = networkAt(socket)
      network.open.add(socket)
      socket.once('close', () => {
        network.open.delete(socket)
        forget(name, network)
      })
      // Node's own listener has scheduled a `resume` for the next tick, which would undo an earlier pause.
      process.nextTick(() => socket.pause())
      wait(network, socket)
    },
    leave: (socket) => void networkAt(socket).open.delete(socket),
    mayStart({ socket }, response) {
      // A connection that closes in stages answers nothing more.
      if (socket.destroyed || socket.writableEnded) return false
      // A response is assigned the socket once those before it were sent.
      if (response.socket !== null) return true
      const count = (pipelined.get(socket) ?? 0) + 1
      pipelined.set(socket, count)
      if (count > maxPipelined) {
        const network = networkAt(socket)
        network.open.delete(socket)
        pauseAll(network)
        socket.destroy()
        return false
      }
      response.once('close', () => pipelined.set(socket, (pipelined.get(socket) ?? 1) - 1))
      return true
    },
  }
}

/** Bytes of URL and headers together. */
export const maxHeaderBytes = 16_384
const maxHeaders = 100

/** Answers a request that cannot be parsed with a problem document, then closes the connection. `admit`: whether this peer gets an answer. */
export function answerUnreadable(server: Server, origin: string, admit: (peer: string) => boolean) {
  const responses = new WeakMap<Socket, ServerResponse>()
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => responses.set(socket, response))
  server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, connection) => {
    const socket = connection as Socket
    const response = responses.get(socket)
    const isResponding = response?.headersSent && !response.writableFinished
    if (error.code === 'ECONNRESET' || !socket.writable || isResponding) return socket.destroy()
    const problem = unreadableProblem(error.code)
    // A timeout is not counted: browsers open connections in advance and may not use them.
    if (problem.code !== 'REQUEST_TIMEOUT' && !admit(socket.remoteAddress ?? '')) return socket.destroy()
    const { status, headers, body } = closingReply(problem, origin)
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    const sentBody = error.rawPacket?.toString('latin1', 0, 5) === 'HEAD ' ? '' : body
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${sentBody}`)
    socket.destroySoon()
  })
}

/** The response to a request with too many headers; undefined for any other. */
export function tooManyHeaders({ rawHeaders }: IncomingMessage, origin: string): Response | undefined {
  // Names and values.
  if (rawHeaders.length <= 2 * maxHeaders) return undefined
  const detail = `A request may have ${maxHeaders} headers; this one has ${rawHeaders.length / 2}.`
  const { status, headers, body } = closingReply(new Problem('HEADERS_TOO_LARGE', detail), origin)
  return new Response(body, { status, headers })
}

function closingReply(problem: Problem, origin: string) {
  const requestId = randomUUID()
  const reply = problemReply(problem, { path: '', requestId, origin })
  const asked = { origin: undefined, byTls: false, requestId, hasCaller: false, status: reply.status }
  const headers = completeHeaders(origin, undefined)(reply.headers, asked)
  const { status, body } = reply
  const length = String(Buffer.byteLength(body))
  return { status, headers: { ...headers, 'content-length': length, connection: 'close' }, body }
}

function unreadableProblem(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('HEADERS_TOO_LARGE', `URL and headers may have ${maxHeaderBytes} bytes together.`)
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('REQUEST_TIMEOUT', 'The headers did not arrive in time. Send the request again.')
    default:
      return new Problem('INVALID_REQUEST', 'The request is not valid HTTP/1.1.')
  }
}
