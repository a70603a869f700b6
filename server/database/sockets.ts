import net from 'node:net'
import { openSecure } from './secure-socket.ts'
import type { ConnectionOptions } from './url.ts'

/**
 * Options that make postgres.js use sockets with a receive timeout, so that no query waits for ever. No options for a Unix socket, which
 * cannot become half-open.
 */
export function watchedSockets(
  { host, port, tls }: ConnectionOptions,
  { silentMs, connectMs }: { silentMs: number; connectMs: number },
): object {
  if (host.startsWith('/')) return {}
  const at = { host, port }
  const watched = <Socket extends net.Socket>(socket: Socket) => {
    closeWhenSilent(socket, silentMs)
    return socket
  }
  if (!tls) return { socket: () => watched(net.connect(at)) }
  // The driver's own TLS would wrap the socket without its listeners, and an error of the inner socket would end the process.
  const socket = () => openSecure(at, tls, connectMs).then(watched, failed)
  return { socket, ssl: false }
}

/**
 * A socket that emits the error, for the driver to use in place of one that could not be opened. If the promise rejected instead, the driver's
 * connection would stay neither open nor closed.
 */
function failed(error: unknown): net.Socket {
  return new net.Socket().destroy(error instanceof Error ? error : new Error(String(error)))
}

/**
 * Closes a socket that has received nothing for `silentMs`. On a half-open connection (the peer has disappeared), postgres.js waits until the
 * kernel gives up, which takes a quarter of an hour or never happens. The statement timeout of the server is shorter, so only dead and idle
 * connections are closed. Sent data does not count, because the driver keeps sending to a dead connection when no other is free.
 */
function closeWhenSilent(socket: net.Socket, silentMs: number) {
  const reason = `the database was silent for ${Math.round(silentMs / 1000)} s`
  let received = false
  const silence = setTimeout(() => {
    received = false
    // After the next poll phase: if this process was blocked, data may be waiting in the socket.
    setImmediate(() => received || socket.destroy(new Error(reason)))
  }, silentMs).unref()
  socket.on('data', () => {
    received = true
    silence.refresh()
  })
  socket.on('close', () => clearTimeout(silence))
}
