import { insertHistory, openInsistently, streamLag } from '../stream-lag.ts'
import { callers, type HostilePattern, send } from './pattern.ts'

/** Number of events of each operation. */
const events = { small: 2000, full: 100_000 }
/** The maximum of open streams of one credential. */
const streams = 20

export const pattern: HostilePattern = {
  title: 'reads long histories again and again, by streams from the first event and by pages',
  async prepare({ sql, size, hostileOwner }) {
    return insertHistory(
      sql,
      hostileOwner,
      Array.from({ length: streams }, () => events[size]),
    )
  },
  async attack({ url, hostileKey: key, hostileReadKey, size, prepared }, { begun, stop }) {
    const ids = prepared as string[]
    let left = streams + 1
    const oneBegan = () => --left === 0 && begun()
    const resume = async (id: string) => {
      for (let times = 0; !stop.aborted; times += 1) {
        const stream = await openInsistently({ url }, { path: `/api/v1/operations/op_${id}/stream`, key, stop })
        if (!stream) return
        stop.addEventListener('abort', stream.cut, { once: true })
        if (times === 0) oneBegan()
        await readUntil(stream.response, events[size])
        stop.removeEventListener('abort', stream.cut)
        stream.cut()
      }
    }
    let page = 0
    const readPage = () =>
      send(url, { path: `/api/v1/operations/op_${ids[page++ % streams]}/events?pageSize=1000`, key: hostileReadKey })
    await Promise.all([...ids.map(resume), callers(20, readPage, { begun: oneBegan, stop })])
  },
  observe: streamLag,
  observations: { small: 100, full: 1000 },
  p99Ms: 100,
}

/** Reads until the event with this sequence has arrived or the stream ends. */
async function readUntil(response: AsyncIterable<Buffer>, last: number) {
  const id = `id: ${last}\n`
  let rest = ''
  try {
    for await (const chunk of response) {
      const text = rest + chunk.toString('latin1')
      if (text.includes(id)) return
      rest = text.slice(-id.length)
    }
  } catch {
    // The connection is closed at the end of the attack.
  }
}
