import { cursorOf, insertHistory, openInsistently, ownerStream, streamLag } from '../stream-lag.ts'
import type { HostilePattern } from './pattern.ts'

const events = { small: 20_000, full: 100_000 }
/** The maximum of open streams of one credential: half are streams of the owner, half of one operation each. */
const streams = 20

export const pattern: HostilePattern = {
  title: 'reads all its streams one byte a second',
  async prepare({ url, sql, size, hostileKey, hostileOwner }) {
    const cursor = await cursorOf({ url }, hostileKey)
    const each = events[size] / (streams / 2)
    const ids = await insertHistory(
      sql,
      hostileOwner,
      Array.from({ length: streams / 2 }, () => each),
    )
    return { cursor, ids }
  },
  async attack({ url, hostileKey: key, prepared }, { begun, stop }) {
    const { cursor, ids } = prepared as { cursor: string; ids: string[] }
    const open = await Promise.all(
      ids.flatMap((id) => [
        openInsistently({ url }, { path: ownerStream, key, lastEventId: cursor, stop }),
        openInsistently({ url }, { path: `/api/v1/operations/op_${id}/stream`, key, stop }),
      ]),
    )
    begun()
    const reading = setInterval(() => {
      for (const stream of open) stream?.response.read(1)
    }, 1000)
    await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }))
    clearInterval(reading)
    for (const stream of open) stream?.cut()
  },
  observe: streamLag,
  observations: { small: 100, full: 1000 },
  p99Ms: 100,
}
