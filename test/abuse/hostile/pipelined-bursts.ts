import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { HostilePattern } from './pattern.ts'

/** Connections that are open and idle before the burst. */
const connections = { small: 100, full: 300 }
const requests = 1000

export const pattern: HostilePattern = {
  title: 'opens idle connections and sends a thousand requests on each at the same moment',
  async attack({ url, size, hostileReadKey }, { begun, stop }) {
    const { hostname, port } = new URL(url)
    const request = `GET /api/v1/operations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${hostileReadKey}\r\n\r\n`
    const open = async () => {
      const socket = connect({ host: hostname, port: Number(port), localAddress: '127.0.0.2' })
      socket.on('error', () => {})
      await once(socket, 'connect')
      return socket.resume()
    }
    const sockets: Socket[] = []
    for (let count = 0; count < connections[size]; count += 1) sockets.push(await open())
    const closed = sockets.map((socket) => once(socket, 'close').catch(() => {}))
    begun()
    for (const socket of sockets) socket.write(request.repeat(requests))
    const stopped = new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }))
    await Promise.race([Promise.all(closed), stopped])
    for (const socket of sockets) socket.destroy()
  },
  p99Ms: 250,
}
