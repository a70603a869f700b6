import { insertRunning } from './follow.ts'
import { freshDatabase } from './fresh.ts'
import { startChild } from './process.ts'
import { line, startService } from './rig.ts'

type Awaited = { lateMs: number[]; connections: number; requests: number; heapGrowth: number }

/** Results that the client awaits: the delay from the completion to the result, and what 1,000 of them cost the client. */
export async function benchAwait(server: string, { quick }: { quick: boolean }) {
  const database = await freshDatabase(server)
  const service = await startService({ DATABASE_URL: database.url, ROLES: 'api' })
  const awaited = async (given: { count: number; clients: 'one' | 'each'; streams: boolean; perSecond: number }) => {
    const { count, ...options } = given
    const operationIds = await insertRunning(database, count)
    const common = { url: service.url, key: service.key, databaseUrl: database.url }
    const child = await startChild('awaiting', { ...common, operationIds, ...options })
    try {
      return (await child.message()) as Awaited
    } finally {
      await child.kill()
    }
  }
  const show = (name: string, { lateMs }: Awaited) => {
    const at = (share: number) => lateMs[Math.min(lateMs.length - 1, Math.floor(lateMs.length * share))] ?? Number.NaN
    line(`completion to result p50, ${name}`, `${at(0.5).toFixed(0)} ms`)
    line(`completion to result p99, ${name}`, `${at(0.99).toFixed(0)} ms`, { text: '≤ 50 ms', met: at(0.99) <= 50 })
  }
  try {
    const count = quick ? 200 : 1000
    const many = await awaited({ count, clients: 'one', streams: true, perSecond: 50 })
    show(`${count} in one stream`, many)
    line(`connections for ${count} results`, `${many.connections}`, { text: '≤ 2', met: many.connections <= 2 })
    line(`requests for ${count} results`, `${many.requests}`, { text: `≤ ${count}`, met: many.requests <= count })
    line('heap of each', `${(many.heapGrowth / count / 1024).toFixed(1)} KiB`)
    const few = quick ? 10 : 50
    const each = { count: few, clients: 'each', perSecond: 10 } as const
    show('one in a stream', await awaited({ ...each, streams: true }))
    show('one by long polls', await awaited({ ...each, streams: false }))
    const polled = await awaited({ count, clients: 'one', streams: false, perSecond: 100 })
    line(`completion to result p50, ${count} without streams`, `${polled.lateMs[Math.floor(count / 2)]} ms`)
    line(`connections for ${count} without streams`, `${polled.connections}`)
    line(`requests for ${count} without streams`, `${polled.requests}`)
  } finally {
    await service.stop()
    await database.drop()
  }
}
