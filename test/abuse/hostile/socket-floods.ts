import { WebSocket } from 'ws'
import { insertHistory, streamLag } from '../stream-lag.ts'
import { callers, type HostilePattern } from './pattern.ts'

/** The maximum of open sockets of one credential. */
const sockets = 20

/** The frames that a client may send to a socket that only sends, of each kind, as fast as possible. */
const floods: ((socket: WebSocket) => void)[] = [
  (socket) => socket.ping(),
  (socket) => socket.pong(),
  (socket) => socket.send('', { fin: false }),
  (socket) => socket.send('x', { fin: false }),
  (socket) => socket.send(Buffer.alloc(1_000_000)),
]

export const pattern: HostilePattern = {
  title: 'floods its WebSockets with pings, pongs, fragments and large messages',
  environment: { LIMIT_READS: '1000000' },
  prepare: ({ sql, hostileOwner }) => insertHistory(sql, hostileOwner, [1]),
  async attack({ url, hostileKey, prepared }, control) {
    const [id] = prepared as string[]
    let opened = 0
    const flood = () => {
      const frame = floods[opened++ % floods.length]
      const path = `/api/v1/operations/op_${id}/status`
      const socket = new WebSocket(url.replace(/^http/, 'ws') + path, {
        headers: { authorization: `Bearer ${hostileKey}` },
      })
      return new Promise<void>((resolve) => {
        let sending: NodeJS.Timeout | undefined
        socket.on('open', () => {
          sending = setInterval(() => {
            for (let frames = 0; frames < 100 && socket.bufferedAmount < 1_000_000; frames += 1) frame?.(socket)
          }, 1)
        })
        socket.on('error', () => {})
        const end = () => socket.terminate()
        control.stop.addEventListener('abort', end, { once: true })
        socket.on('close', () => {
          clearInterval(sending)
          control.stop.removeEventListener('abort', end)
          resolve()
        })
      })
    }
    await callers(sockets, flood, control)
  },
  observe: streamLag,
  observations: { small: 100, full: 1000 },
  p99Ms: 100,
}
