import { once } from 'node:events'
import { type AddressInfo, createServer, connect as open, type Socket } from 'node:net'

/** A TCP proxy to a database that can go silent, like a lost machine: it keeps connections open and forwards nothing. */
export async function silentProxy(databaseUrl: string) {
  const { hostname, port } = new URL(databaseUrl)
  const pairs: [Socket, Socket][] = []
  const server = createServer((near) => {
    const far = open(Number(port || 5432), hostname)
    for (const socket of [near, far]) socket.on('error', () => {})
    near.pipe(far).pipe(near)
    // Abandoned silent connections would keep their backends, of which a server has only a hundred.
    near.on('close', () => far.destroy())
    pairs.push([near, far])
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: url.href,
    /** Silences all open connections. New connections work. */
    silence() {
      for (const [near, far] of pairs) {
        near.unpipe(far).resume()
        far.unpipe(near).resume()
      }
    },
    close() {
      for (const socket of pairs.flat()) socket.destroy()
      server.close()
    },
  }
}
