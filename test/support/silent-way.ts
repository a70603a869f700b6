import { once } from 'node:events'
import { type AddressInfo, createServer, connect as open, type Socket } from 'node:net'

/** A way to a database that can go silent, as when a machine or a firewall is gone: nothing is closed, nothing passes. */
export async function silentWay(databaseUrl: string) {
  const { hostname, port } = new URL(databaseUrl)
  const pairs: [Socket, Socket][] = []
  const server = createServer((near) => {
    const far = open(Number(port || 5432), hostname)
    for (const socket of [near, far]) socket.on('error', () => {})
    near.pipe(far).pipe(near)
    // What was silenced and given up would keep its backend, and a server has a hundred of them.
    near.on('close', () => far.destroy())
    pairs.push([near, far])
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: url.href,
    /** What is connected stays so, and hears nothing any more. Who connects from now on is served. */
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
