import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { drained } from './checker.ts'
import type { Failpoint } from './failpoints.ts'
import { call, newCallerRecords, reportOf } from './load.ts'
import { openRig, type Rig } from './rig.ts'
import { lostResponses, timeoutMs } from './size.ts'

type Request = { path: string; key: string; body?: object }

const send = (url: string, { path, key, body }: Request) =>
  call(newCallerRecords(), `${url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'idempotency-key': key, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })

/** Sends the request to an API that dies after COMMIT. */
async function lose(rig: Rig, failpoint: Failpoint, request: Request): Promise<void> {
  const dying = await rig.startApi({}, { at: { failpoint, action: 'kill' } })
  expect(await send(dying.url, request)).toBeUndefined()
  expect(await dying.exited).toMatchObject({ signal: 'SIGKILL' })
}

/** The one body of ten concurrent repetitions, all of which are replays. */
async function repeated(url: string, status: number, request: Request) {
  const responses = await Promise.all(Array.from({ length: 10 }, () => send(url, request)))
  for (const one of responses) {
    expect([one?.status, one?.headers.get('idempotency-replayed')]).toEqual([status, 'true'])
    expect(one?.body).toEqual(responses[0]?.body)
  }
  return responses[0]?.body
}

const counts = async ({ sql }: Rig) => {
  const [row] = await sql`
    select (select count(*)::int from operations) as operations, (select count(*)::int from batches) as batches,
      (select count(*)::int from schedules) as schedules, (select count(*)::int from schedule_runs) as runs`
  return row
}

const report = (more: object = {}) => ({ type: 'generateReport', body: reportOf(), ...more })
const refused = { type: 'deliverOrder', path: { orderId: 'unknown' } }

test('an API dies between COMMIT and the response of a batch: the repeated key returns the same batch', {
  timeout: timeoutMs,
}, async () => {
  const rig = await openRig()
  const bodies = [
    { operations: [report(), refused, report({ dependsOn: [0] }), report({ dependsOn: [1] })] },
    { allOrNothing: true, operations: [report(), report({ idempotencyKey: randomUUID() })] },
    // Nothing is accepted; the batch has ended at once.
    { operations: [refused] },
  ]
  const requests = Array.from({ length: lostResponses }, () =>
    bodies.map((body) => ({ path: '/operations:batchCreate', key: randomUUID(), body })),
  ).flat()
  for (const request of requests) await lose(rig, 'batch-committed', request)
  const stored = { operations: 4 * lostResponses, batches: 3 * lostResponses, schedules: 0, runs: 0 }
  expect(await counts(rig)).toEqual(stored)

  const api = await rig.startApi()
  for (const request of requests) {
    const first = await repeated(api.url, 200, request)
    expect(first.results.length).toBe(request.body.operations.length)
    expect(first.accepted + first.refused).toBe(first.results.length)
    const other = { ...request, body: { operations: [report({ body: { ...reportOf(), format: 'JSON' } })] } }
    expect(await send(api.url, other)).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_MISMATCH' } })
  }
  // The keys of items are those of single submits.
  const again = await send(api.url, { ...(requests[1] as Request), key: randomUUID() })
  expect(again?.body).toMatchObject({ accepted: 1, replayed: 1 })
  expect(await counts(rig)).toEqual({ ...stored, operations: stored.operations + 1, batches: stored.batches + 1 })

  await rig.startWorker()
  expect(await drained(rig.sql, 30_000)).toBe(0)
  expect(await rig.sql`select batch_id from batches where ended_at is null`).toEqual([])
})

test('an API refuses a batch as a whole and dies later: its keys are free', { timeout: timeoutMs }, async () => {
  const rig = await openRig()
  const itemKey = randomUUID()
  const key = randomUUID()
  const path = '/operations:batchCreate'
  const operations = [report({ idempotencyKey: itemKey }), refused]
  const dying = await rig.startApi({}, { at: { failpoint: 'batch-committed', action: 'kill' } })
  const whole = { path, key, body: { allOrNothing: true, operations } }
  expect(await send(dying.url, whole)).toMatchObject({ status: 422, body: { code: 'BATCH_REFUSED' } })
  expect(await counts(rig)).toMatchObject({ operations: 0, batches: 0 })
  const inPart = { path, key, body: { operations } }
  expect(await send(dying.url, inPart)).toBeUndefined()
  const api = await rig.startApi()
  expect(await repeated(api.url, 200, inPart)).toMatchObject({ accepted: 1, refused: 1 })
  expect(await counts(rig)).toMatchObject({ operations: 1, batches: 1 })
})

test('an API dies between COMMIT and the response of a schedule and of its trigger: each exists once', {
  timeout: timeoutMs,
}, async () => {
  const rig = await openRig()
  const requests = Array.from({ length: lostResponses }, () => {
    return { path: '/schedules', key: randomUUID(), body: { cron: '0 6 1 * *', operation: report() } }
  })
  for (const request of requests) await lose(rig, 'schedule-committed', request)
  expect(await counts(rig)).toMatchObject({ schedules: lostResponses, operations: 0 })
  const api = await rig.startApi()
  for (const request of requests) {
    const { scheduleId } = await repeated(api.url, 201, request)
    const trigger = { path: `/schedules/${scheduleId}:trigger`, key: randomUUID() }
    await lose(rig, 'submit-committed', trigger)
    const { operationId } = await repeated(api.url, 202, trigger)
    expect(
      await rig.sql`select 'op_' || operation_id as id from schedule_runs where 'schedule_' || schedule_id = ${scheduleId}`,
    ).toEqual([{ id: operationId }])
  }
  expect(await counts(rig)).toMatchObject({ schedules: lostResponses, operations: lostResponses, runs: lostResponses })
  await rig.startWorker()
  expect(await drained(rig.sql, 30_000)).toBe(0)
})
