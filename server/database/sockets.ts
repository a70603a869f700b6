import net from 'node:net'
import type postgres from 'postgres'

/**
 * Lends the driver sockets that never leave a query waiting for ever. Not with TLS, where postgres.js wraps the socket and a destroyed one
 * ends the process (an `error` that nobody listens for), nor with a list of hosts, where only the driver's own sockets move on to the next.
 */
export function watchSockets({ options }: postgres.Sql, silentMs: number) {
  // As the driver has read them from the URL and the environment.
  const [host, another] = options.host
  if (options.ssl || options.path || another) return
  const socket = () => {
    const made = net.connect({ host, port: options.port[0] ?? 5432 })
    closeWhenSilent(made, silentMs)
    failWhenEnded(made)
    return made
  }
  Object.assign(options, { socket })
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

/**
 * Makes an error of an end that the server began. A connection that broke in a query keeps that query in postgres.js; when it is made anew
 * for another one and the server refuses it, the driver takes the refusal for an answer to the old query, and tries again for as long as
 * the database is away, without a pause: the new query never settles. An error rejects both.
 */
function failWhenEnded(socket: net.Socket) {
  const ended = () => Object.assign(new Error('the database ended the connection'), { code: 'CONNECTION_CLOSED' })
  socket.on('end', () => {
    if (!socket.writableEnded) socket.destroy(ended())
  })
}
