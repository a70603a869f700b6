import { connect } from 'node:net'
import { callers, type HostilePattern } from './pattern.ts'

/** As many requests as fit into one read of a connection: without a limit all of them would start before any other caller is served. */
const requests = 1000

export const pattern: HostilePattern = {
  title: 'sends a thousand requests at once on each of 20 connections',
  attack({ url, hostileReadKey }, control) {
    const { hostname, port } = new URL(url)
    const request = `GET /api/v1/operations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${hostileReadKey}\r\n\r\n`
    const burst = () =>
      new Promise<void>((resolve) => {
        const socket = connect({ host: hostname, port: Number(port), localAddress: '127.0.0.2' }, () =>
          socket.end(request.repeat(requests)),
        )
        socket.resume()
        socket.on('error', () => {})
        socket.once('close', () => resolve())
      })
    return callers(20, burst, control)
  },
  p99Ms: 250,
}
