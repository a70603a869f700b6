import net from 'node:net'
import type postgres from 'postgres'
import { openSecure, type Security } from './secure-socket.ts'

type Parsed = Pick<postgres.Sql['options'], 'host' | 'port' | 'path' | 'ssl'> & { sslnegotiation?: unknown }

/**
 * Options with which the driver uses sockets of ours, that never leave a query waiting for ever; `options` as it has read them from the URL and the
 * environment. None for a Unix socket, which has no far end to go silent, nor for a list of hosts, which `pg` does not understand anyway.
 */
export function watchedSockets(
  { host: hosts, port: ports, path, ssl, sslnegotiation }: Parsed,
  { silentMs, connectMs }: { silentMs: number; connectMs: number },
): object {
  const [host = 'localhost', another] = hosts
  if (path || another) return {}
  const at = { host, port: ports[0] ?? 5432 }
  const watched = <Socket extends net.Socket>(socket: Socket) => {
    closeWhenSilent(socket, silentMs)
    return socket
  }
  if (!ssl) return { socket: () => watched(net.connect(at)) }
  const security: Security = { mode: ssl, direct: sslnegotiation === 'direct', connectMs }
  // The driver would wrap the socket itself, without the listeners that it had, and an error of the inner one would end the process.
  const socket = () => openSecure(at, security).then(watched, failed)
  return { socket, ssl: false }
}

/**
 * What the driver is lent in place of a socket that could not be opened: it fails as soon as the driver listens. An error thrown
 * instead would leave its connection neither open nor closed, of no use to any query.
 */
function failed(error: unknown): net.Socket {
  return new net.Socket().destroy(error instanceof Error ? error : new Error(String(error)))
}

/**
 * Closes a socket when nothing has come from the server for `silentMs`. On a half-open connection (the peer is gone without a word)
 * postgres.js waits until the kernel gives up, a quarter of an hour or never; the server's own deadline ends every statement before this
 * one, so that only the dead and the idle are hit. What is sent does not count: the driver goes on sending to a dead connection whenever
 * no other is free.
 */
function closeWhenSilent(socket: net.Socket, silentMs: number) {
  const reason = `the database was silent for ${Math.round(silentMs / 1000)} s`
  const silence = setTimeout(() => socket.destroy(new Error(reason)), silentMs).unref()
  socket.on('data', () => silence.refresh())
  socket.on('close', () => clearTimeout(silence))
}
