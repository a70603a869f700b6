import { cursorOf, insertHistory, openInsistently, ownerStream, streamLag } from '../stream-lag.ts'
import type { HostilePattern } from './pattern.ts'

/** The history since a cursor, of operations with many events, which the streams read again and again. */
const events = { small: 20_000, full: 500_000 }
const operations = 100

/** The maximum of open streams of one credential. */
const streams = 20

export const pattern: HostilePattern = {
  title: 'resumes all its owner streams from an old cursor over many events',
  async prepare({ url, sql, size, hostileKey, hostileOwner }) {
    const cursor = await cursorOf({ url }, hostileKey)
    const each = events[size] / operations
    await insertHistory(
      sql,
      hostileOwner,
      Array.from({ length: operations }, () => each),
    )
    return cursor
  },
  async attack({ url, hostileKey: key, size, prepared }, { begun, stop }) {
    let open = 0
    const resume = async () => {
      while (!stop.aborted) {
        const stream = await openInsistently({ url }, { path: ownerStream, key, lastEventId: String(prepared), stop })
        if (!stream) return
        stop.addEventListener('abort', stream.cut, { once: true })
        if (++open === streams) begun()
        await readEvents(stream.response, events[size])
        stop.removeEventListener('abort', stream.cut)
        stream.cut()
      }
    }
    await Promise.all(Array.from({ length: streams }, resume))
  },
  observe: streamLag,
  p99Ms: 100,
}

/** Reads until `count` events have arrived or the stream ends. */
async function readEvents(response: AsyncIterable<Buffer>, count: number) {
  let read = 0
  try {
    for await (const chunk of response) {
      for (let at = chunk.indexOf('\ndata:'); at >= 0; at = chunk.indexOf('\ndata:', at + 1)) read += 1
      if (read >= count) return
    }
  } catch {
    // The connection is closed at the end of the attack.
  }
}
