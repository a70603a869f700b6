import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { v7 as uuidv7 } from 'uuid'
import { expect, onTestFinished, test } from 'vitest'
import { formatId } from '../../server/contract/ids.ts'
import { connect } from '../../server/database/connection.ts'
import { create } from '../../server/database/operations/create.ts'
import { webhookReceivers } from '../../server/database/schema/webhooks.ts'
import { seal, sealingKeys } from '../../server/database/sealed.ts'
import { drained } from './checker.ts'
import type { Mutant } from './mutants.ts'
import { openRig, owner, type Rig } from './rig.ts'
import { senderDeaths, timeoutMs } from './size.ts'

const eachTime = 20

/** A receiver that records the message id, operation and body of each request. */
async function openReceiver() {
  const received: { id: string; operationId: string; body: string }[] = []
  const server = createServer((request, response) => {
    const { 'webhook-id': id, 'x-operation-id': operationId } = request.headers
    const record = (body: string) => {
      received.push({ id: String(id), operationId: String(operationId).replace('op_', ''), body })
      // Keeps deliveries in progress at any moment.
      setTimeout(() => response.writeHead(204).end(), Math.random() * 30)
    }
    // The body of a sender that dies meanwhile is incomplete, and is not read.
    text(request).then(record, () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received }
}

/** Kills a process that ends operations and sends their webhooks `times` times; returns the violations. */
async function killSenders(rig: Rig, times: number, mutants: Mutant[] = []): Promise<string[]> {
  const receiver = await openReceiver()
  const connection = connect(rig.url, { poolSize: 2, applicationName: 'longrun-faults-submits' })
  onTestFinished(() => connection.close())
  const { db } = connection
  const secret = seal(await sealingKeys(db, undefined), 'a secret of the test', owner)
  const hook = {
    ownerId: owner,
    url: receiver.url,
    events: ['COMPLETED' as const],
    secret,
    format: 'CLOUDEVENTS' as const,
  }
  await db.insert(webhookReceivers).values({ receiverId: uuidv7(), ...hook })

  for (let time = 0; time < times; time++) {
    for (let n = 0; n < eachTime; n++) await submitReport(db)
    const before = receiver.received.length
    // Alternately after the commit of an end, and while webhooks are being sent.
    const turn = 1 + Math.floor(Math.random() * 10)
    const at = time % 2 === 0 ? ({ failpoint: 'finished', action: 'kill', turn } as const) : undefined
    const dying = await rig.startTestWorker({}, { mutants, ...(at ? { at } : {}) })
    if (!at) {
      while (receiver.received.length === before) await delay(5)
      await delay(Math.random() * 100)
      dying.signal('SIGKILL')
    }
    expect(await dying.exited).toMatchObject({ signal: 'SIGKILL' })
  }
  const last = await rig.startTestWorker({}, { mutants })
  expect(await drained(rig.sql, 60_000)).toBe(0)
  await allSent(rig)
  last.signal('SIGTERM')
  await last.exited

  const rows = await rig.sql<{ id: string; rows: number; delivery: string; state: string }[]>`
    select o.operation_id as id, count(d.delivery_id)::int as rows, min(d.delivery_id::text) as delivery,
      min(d.state) as state
    from operations o left join deliveries d using (operation_id) group by o.operation_id`
  expect(rows).toHaveLength(times * eachTime)
  const received = Map.groupBy(receiver.received, ({ operationId }) => operationId)
  return rows.flatMap(({ id, rows, delivery, state }) => {
    const known = delivery && formatId('delivery', delivery)
    const ids = new Set(received.get(id)?.map((one) => one.id))
    if (rows !== 1) return [`${rows} deliveries of ${id}`]
    const bodies = new Set(received.get(id)?.map((one) => one.body))
    if (ids.size !== 1 || !ids.has(known)) return [`${id} was received as ${[...ids]}, not ${known}`]
    if (bodies.size !== 1) return [`${id} was received as ${bodies.size} events`]
    return state === 'DELIVERED' ? [] : [`${known} is ${state}`]
  })
}

async function submitReport(db: Parameters<typeof create>[0]) {
  const limits = { maxAttempts: 3, queueTimeoutSeconds: 600 }
  const labels = { work: 'sleep-5' }
  const submission = { ownerId: owner, type: 'generateReport', input: {}, priority: 'NORMAL' as const, labels }
  await create(db, { operationId: uuidv7(), ...submission, ...limits })
}

/** Waits until no delivery is pending, for at most a minute. */
async function allSent({ sql }: Rig) {
  for (const untilMs = performance.now() + 60_000; performance.now() < untilMs; await delay(50)) {
    const [answer] = await sql<{ open: number }[]>`select count(*)::int as open from deliveries where state = 'PENDING'`
    if (answer?.open === 0) return
  }
}

test('a sender is killed again and again: every webhook is received at least once, always with the same id and bytes', {
  timeout: timeoutMs,
}, async () => {
  expect(await killSenders(await openRig(), senderDeaths)).toEqual([])
})

test('the check finds deliveries that are written after the commit of the transition', {
  timeout: timeoutMs,
}, async () => {
  const found = await killSenders(await openRig(), 1, ['announces-nothing', 'announces-later'])
  expect(found.filter((words) => words.startsWith('0 deliveries'))).not.toEqual([])
})
