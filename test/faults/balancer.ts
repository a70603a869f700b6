import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/**
 * A TCP load balancer before several APIs: connects each new connection to the next API, or to the one after when the next API
 * refuses it. A connection stays at its API.
 */
export async function balancer() {
  const targets: string[] = []
  const sockets = new Set<Socket>()
  let turn = 0

  function serve(near: Socket, tries: number) {
    turn += 1
    const target = targets[turn % targets.length]
    if (target === undefined || tries === 0) return near.destroy()
    const { hostname, port } = new URL(target)
    const far = connect(Number(port), hostname)
    far.once('connect', () => {
      near.pipe(far).pipe(near)
      near.on('close', () => far.destroy())
      far.on('close', () => near.destroySoon())
    })
    far.once('error', () =>
      far.connecting || far.remoteAddress === undefined ? serve(near, tries - 1) : near.destroy(),
    )
    sockets.add(far)
  }

  const server = createServer((near) => {
    sockets.add(near)
    near.on('error', () => {})
    serve(near, 5)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (url: string) => {
      targets.push(url)
    },
    remove: (url: string) => {
      targets.splice(targets.indexOf(url), 1)
    },
  }
}
