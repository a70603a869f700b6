import { insertHistory, openEventStream, ownerStream, streamLag } from '../stream-lag.ts'
import { callers, type HostilePattern } from './pattern.ts'

/** The maximum of open streams of one credential. */
const streams = 20

export const pattern: HostilePattern = {
  title: 'reconnects all its streams in a tight loop',
  // With the default limit the attack would be refused after a second, for the rest of the minute.
  environment: { LIMIT_READS: '1000000' },
  prepare: ({ sql, hostileOwner }) => insertHistory(sql, hostileOwner, [100]),
  async attack({ url, hostileKey: key, prepared }, control) {
    const [id] = prepared as string[]
    let opened = 0
    const reconnect = async () => {
      const path = opened++ % 2 === 0 ? ownerStream : `/api/v1/operations/op_${id}/stream`
      const { cut } = await openEventStream({ url }, { path, key })
      cut()
    }
    await callers(streams, reconnect, control)
  },
  observe: streamLag,
  observations: { small: 100, full: 1000 },
  p99Ms: 100,
}
