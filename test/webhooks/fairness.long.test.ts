import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { webhookTargets } from '../../server/database/schema/webhooks.ts'
import { type DueTarget, findDueTargets, giveUpOverdue } from '../../server/database/webhooks/due.ts'
import { sweep } from '../../server/engine/sweep.ts'
import type { FileStore } from '../../server/files/store.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { guardedAgent } from '../../server/webhooks/guarded-agent.ts'
import { trackInFlight } from '../../server/webhooks/in-flight.ts'
import { send } from '../../server/webhooks/send.ts'
import { ownerId } from '../engine/rig.ts'
import { answering, openReceiver, openRig, type Receiver, type Rig } from './rig.ts'

const neighbour = 'neighbour'
const all = { busyOwners: [], busyTargets: [], sends: 50, retries: 10, walked: {} }

let rig: Rig
const receivers: Receiver[] = []
beforeAll(async () => {
  rig = await openRig()
})
afterEach(async () => {
  await rig.rest()
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()))
})
afterAll(() => rig.close())

async function receiving(...answer: Parameters<typeof openReceiver>): Promise<Receiver> {
  const receiver = await openReceiver(...answer)
  receivers.push(receiver)
  return receiver
}

/** Deliveries of `count` targets of one owner: due now, or in an hour. */
const insertRows = (count: number, { due, owner = ownerId }: { due: boolean; owner?: string }) =>
  rig.connection.db.execute(sql`
    insert into deliveries (delivery_id, owner_id, operation_id, target, sequence, event, status, occurred_at, due_at, give_up_at)
    select gen_random_uuid(), ${owner}, gen_random_uuid(), ${owner} || ' https://h' || n || '.example.com', 1, 'FAILED', 'FAILED', now(),
      now() + ${due ? '-1 minute' : '1 hour'}::interval, now() + interval '3 days'
    from generate_series(1, ${count}::int) as n`)

const openBreakers = () =>
  rig.connection.db.execute(sql`
    insert into webhook_targets (target, failures, open_until)
    select distinct target, 5, now() + interval '1 hour' from deliveries where owner_id = ${ownerId} on conflict do nothing`)

describe('a search for due deliveries', () => {
  /** Pages that one search reads. */
  async function pages(): Promise<number> {
    const search = () => rig.connection.sql<{ 'QUERY PLAN': { Plan: Record<string, number> }[] }[]>`
      explain (analyze, buffers, format json) select * from due_targets('{}', '{}', '{}', 50, 10)`
    await search()
    const [row] = await search()
    const { 'Shared Hit Blocks': hit = 0, 'Shared Read Blocks': read = 0 } = row?.['QUERY PLAN'][0]?.Plan ?? {}
    return hit + read
  }

  it.each([
    ['wait for a retry', false],
    ['are due behind an open breaker', true],
  ])('reads no more pages when 40,000 targets of one owner %s', { timeout: 120_000 }, async (_, due) => {
    await insertRows(500, { due })
    if (due) await openBreakers()
    await rig.ended({ url: 'https://example.com/' }, 'finish', neighbour)
    const few = await pages()
    await insertRows(40_000, { due })
    if (due) await openBreakers()
    const many = await pages()
    // An index is one level higher by then.
    expect(many).toBeLessThan(1.6 * few + 10)
    const { targets } = await findDueTargets(rig.connection.db, all)
    expect(targets.map(({ target }) => target)).toEqual([`${neighbour} https://example.com`])
  })

  it('finds the targets of an owner round-robin, regardless of the deliveries of another target', async () => {
    await insertRows(300, { due: true })
    await openBreakers()
    const operationId = await rig.ended({ url: 'https://zzz.example.com/' })
    let walked = {}
    const found: string[] = []
    for (let searches = 0; searches < 6; searches++) {
      const search = await findDueTargets(rig.connection.db, { ...all, walked })
      found.push(...search.targets.map(({ target }) => target))
      walked = search.walked
    }
    const [row] = await rig.deliveries(operationId)
    expect(found).toEqual([row?.target])
  })

  it('finds at most the limit of an owner, and a fifth of it for targets that failed last', async () => {
    await insertRows(90, { due: true })
    await rig.connection.db
      .insert(webhookTargets)
      .values(
        Array.from({ length: 40 }, (_, n) => ({ target: `${ownerId} https://h${n + 1}.example.com`, failures: 1 })),
      )
    const { targets } = await findDueTargets(rig.connection.db, { ...all, sends: 20, retries: 4 })
    expect(targets.filter(({ failing }) => failing)).toHaveLength(4)
    expect(targets.filter(({ failing }) => !failing)).toHaveLength(20)
  })
})

describe('slots', () => {
  const due = (owner: string, n: number, more: Partial<DueTarget> = {}): DueTarget => ({
    ownerId: owner,
    target: `${owner} ${n}`,
    failing: false,
    halfOpen: false,
    ...more,
  })
  const many = (owner: string, count: number, more: Partial<DueTarget> = {}) =>
    Array.from({ length: count }, (_, n) => due(owner, n, more))
  const total = (turns: { most: number }[]) => turns.reduce((sum, { most }) => sum + most, 0)

  it('go to owners in turn, then to their targets', () => {
    const sending = trackInFlight({ perOwner: 10, perTarget: 4 })
    const turns = sending.turns([...many('a', 30), ...many('b', 1), ...many('c', 2)])
    expect(new Set(turns.slice(0, 3).map(({ target }) => target))).toEqual(new Set(['a 0', 'b 0', 'c 0']))
    const of = (owner: string) => total(turns.filter(({ target }) => target.startsWith(owner)))
    expect([of('a'), of('b'), of('c')]).toEqual([10, 4, 8])
  })

  it('are limited per owner, to a fifth for targets that failed last, and to one per target with an open breaker', () => {
    const sending = trackInFlight({ perOwner: 10, perTarget: 4 })
    expect(total(sending.turns(many('a', 30, { failing: true })))).toBe(2)
    expect(sending.turns([due('a', 1, { failing: true, halfOpen: true })])).toEqual([{ target: 'a 1', most: 1 }])
    for (const one of many('a', 10)) sending.begin(one, () => {})
    expect(sending.search()?.busyOwners).toEqual(['a'])
    expect(sending.turns(many('a', 30))).toEqual([])
  })

  it('are reserved for an owner without deliveries in progress', () => {
    const sending = trackInFlight({ perOwner: 50, perTarget: 4 })
    for (const owner of ['a', 'b', 'c']) {
      for (const one of [...many(owner, 40), ...many(owner, 10, { failing: true })]) sending.begin(one, () => {})
    }
    expect(sending.turns(many('d', 3))).toEqual([{ target: 'd 0', most: 1 }])
    for (const owner of 'efghij') for (const one of many(owner, 10, { failing: true })) sending.begin(one, () => {})
    expect(sending.turns(many('k', 3, { failing: true }))).toEqual([{ target: 'k 0', most: 1 }])
  })
})

describe('an owner with many receivers that never respond', () => {
  it('has at most its limit of concurrent attempts, and delays no other owner', async () => {
    const hangs = await receiving(() => {})
    await rig.copied(await rig.ended({ url: hangs.url }), 200)
    rig.send({ perOwner: 10 })
    await rig.until(async () => hangs.received.length === 10)
    const good = await receiving(answering(204))
    for (let n = 1; n <= 10; n++) {
      const operationId = await rig.ended({ url: good.url }, 'finish', neighbour)
      await rig.untilDelivery(operationId, ({ state }) => state === 'DELIVERED')
    }
    expect(hangs.received).toHaveLength(10)
  })

  it('does not block the retry of another owner', async () => {
    const hangs = await receiving(() => {})
    await rig.copied(await rig.ended({ url: hangs.url }), 200)
    await rig.connection.db.execute(
      `insert into webhook_targets (target, failures) select distinct target, 1 from deliveries`,
    )
    const { url } = await receiving((response, _, count) => answering(count === 1 ? 500 : 204)(response))
    const operationId = await rig.ended({ url }, 'finish', neighbour)
    rig.send()
    await rig.untilDelivery(operationId, ({ tries }) => tries === 1)
    await rig.connection.db.execute(`update deliveries set due_at = now() where owner_id = '${neighbour}'`)
    await rig.untilDelivery(operationId, ({ state }) => state === 'DELIVERED')
    expect(hangs.received.length).toBeLessThanOrEqual(10)
  })
})

it('a thousand due deliveries of one target do not delay other targets of the owner', async () => {
  const { url: hangs, received } = await receiving(() => {})
  const first = await rig.ended({ url: hangs })
  await rig.connection.db.execute(sql`
    insert into deliveries (delivery_id, owner_id, operation_id, target, sequence, event, status, occurred_at, due_at, give_up_at)
    select gen_random_uuid(), owner_id, operation_id, target, n, event, status, occurred_at, due_at, give_up_at
    from deliveries, generate_series(2, 1000) as n where operation_id = ${first}`)
  rig.send()
  await rig.until(async () => received.length === 4)
  const good = await receiving(answering(204))
  const operationId = await rig.ended({ url: good.url })
  await rig.untilDelivery(operationId, ({ state }) => state === 'DELIVERED')
  expect(received).toHaveLength(4)
})

describe('expiring deliveries', () => {
  it('continues while the search fails', async () => {
    await insertRows(5, { due: true })
    await rig.connection.db.execute(`update deliveries set give_up_at = now() - interval '1 second'`)
    await rig.connection.db.execute('alter function due_targets rename to broken')
    try {
      rig.send()
      const files = {} as FileStore
      const sweeping = { db: rig.connection.db, files, log: createLog('silent') }
      const { deliveries } = await sweep(sweeping, { tombstoneSeconds: 60 })
      expect(deliveries).toBe(5)
    } finally {
      await rig.connection.db.execute('alter function broken rename to due_targets')
    }
  })

  it('reads only overdue deliveries', async () => {
    await insertRows(20_000, { due: false })
    const rows = await rig.connection.sql<{ 'QUERY PLAN': string }[]>`
      explain select delivery_id from deliveries
      where state = 'PENDING' and event <> 'PING' and give_up_at < now() order by give_up_at limit 1000`
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/deliveries_overdue/)
    expect(await giveUpOverdue(rig.connection.db, 1000)).toBe(0)
  })
})

it('a sender keeps no state of an origin after sending', async () => {
  const agent = guardedAgent({ allowInsecure: true, resolve: async () => ['127.0.0.1'], connectMs: 1000 })
  const { url } = await receiving(answering(204))
  const { port } = new URL(url)
  const sending = { agent, allowInsecure: true, attemptMs: 2000, signal: new AbortController().signal }
  for (let n = 0; n < 50; n++) {
    await send(sending, { url: `http://h${n}.example.com:${port}/`, headers: {}, body: '{}' })
    await send(sending, { url: `http://closed${n}.example.com:2/`, headers: {}, body: '{}' })
  }
  await rig.until(async () => Object.keys(agent.stats).length === 0)
  await agent.destroy()
})
