import { once } from 'node:events'
import { type AddressInfo, createServer, connect as open, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

/** A self-signed certificate for these tests. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUE9WKo1OIejxauQuRRrRsXcUNyScwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTE3Mzk1MVoYDzIxMjYxMDI4
MTczOTUxWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS4vrJd1AuonhyalZRU0CyMZf69O33DsSWt3OTztbI/pzOvIqEPXoUg
sjYSa1qQTR1m5Z6TBwY8urR8jzC+r2Fyo28wbTAdBgNVHQ4EFgQUu4u2aASjNW0A
kszk276/DIWRsV8wHwYDVR0jBBgwFoAUu4u2aASjNW0Akszk276/DIWRsV8wDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAM0kwbNwRMhrbQltjSYSj27YywIQvXlZRW1s5xf9C7DzAiEA
qvfAq+jQakTEnVQAhgUpfIcMa9MhTfcUjgXkeo9dkG8=
-----END CERTIFICATE-----`
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgl3cv8lxsInq7XF9a
HqzPHWyyE8STMLDVv4xM3bbAVAKhRANCAAS4vrJd1AuonhyalZRU0CyMZf69O33D
sSWt3OTztbI/pzOvIqEPXoUgsjYSa1qQTR1m5Z6TBwY8urR8jzC+r2Fy
-----END PRIVATE KEY-----`

/**
 * A TLS proxy to a database: responds to an SSLRequest with one byte, `S`, or `N` if it `declines`. Open connections can be
 * silenced.
 */
export async function tlsWay(databaseUrl: string, { declines = false, host = '127.0.0.1' } = {}) {
  const { hostname, port } = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let silent = false
  let byTls = 0
  let received = 0
  const server = createServer((near) => {
    keep(near)
    near.once('data', (request) => {
      near.pause()
      if (request.readInt32BE(4) !== 80877103) {
        if (!declines) return near.destroy()
        near.unshift(request)
        return serve(near)
      }
      near.write(declines ? 'N' : 'S')
      return serve(declines ? near : new TLSSocket(near, { isServer: true, cert: certificate, key }))
    })
  }).listen(0, host)

  function keep(socket: Socket) {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  }

  function serve(near: Socket) {
    if (near instanceof TLSSocket) byTls += 1
    const far = open(Number(port || 5432), hostname)
    keep(near)
    keep(far)
    const openedSilent = silent
    near.on('data', ({ length }) => {
      received += length
    })
    near.on('data', (bytes) => (silent && !openedSilent ? undefined : far.write(bytes)))
    far.on('data', (bytes) => (silent && !openedSilent ? undefined : near.write(bytes)))
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
    near.resume()
  }

  await once(server, 'listening')
  const url = new URL(databaseUrl)
  url.host = `${host}:${(server.address() as AddressInfo).port}`
  return {
    url: url.href,
    /** Number of TLS connections so far. */
    byTls: () => byTls,
    /** Bytes that clients have sent after the negotiation of TLS. */
    received: () => received,
    /** Silences all open connections. New connections work. */
    silence() {
      silent = true
    },
    /** Destroys all connections. */
    cut() {
      for (const socket of sockets) socket.destroy()
    },
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
