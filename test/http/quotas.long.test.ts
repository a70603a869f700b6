import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { type Asking, ask, ended, expectProblem, inAnHour, report, submitted } from './requests.ts'

const generate = '/api/v1/reports:generate'
const later = () => ({ ...report, startAfter: inAnHour() })

let database: TestDatabase
let one: TestService
let two: TestService
/** The two services alternately. */
const either = (index: number) => (index % 2 === 0 ? one : two)

beforeAll(async () => {
  database = await createDatabase({ withSample: true })
})
afterAll(() => database.drop())

async function startTwo(environment: Record<string, string>) {
  one = await startTestService(environment, database)
  two = await startTestService({ ...environment, ROLES: 'api' }, database)
}
const stopTwo = () => Promise.all([one.close(), two.close()])
const assertKept = () => {
  one.check.assertKept()
  two.check.assertKept()
}
const forgetAll = () => onDatabase(one, 'delete from operations; delete from uploads; delete from files')

describe('active operations', () => {
  beforeAll(() => startTwo({ OWNER_OPERATIONS: '5', OWNER_CONCURRENCY: '1' }))
  afterEach(async () => {
    await forgetAll()
    assertKept()
  })
  afterAll(stopTwo)

  const submit = (index: number) => ask(either(index), generate, { json: later() })

  it('of 20 concurrent submits over two processes exactly 5 are accepted, the others get 429 with Retry-After', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => submit(index)))
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(5)
    const refused = answers.filter(({ status }) => status !== 202)
    for (const answer of refused) {
      expectProblem(answer, 429, 'TOO_MANY_OPERATIONS')
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(answer.body.retryable).toBe(true)
    }
    expect((await ask(one, '/api/v1/operations?includeTotal=true')).body.totalSize).toBe(5)
  })

  it('submits with keys are accepted up to the quota, each once, and their replays get their response at the quota', async () => {
    const json = later()
    const send = (key: number) => ask(either(key % 4), generate, { json, headers: { 'idempotency-key': `key-${key}` } })
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => send(index % 20)))
    const accepted = answers.filter(({ status }) => status === 202)
    expect(new Set(accepted.map(({ body }) => body.operationId)).size).toBe(5)
    const again = await Promise.all(Array.from({ length: 20 }, (_, key) => send(key)))
    const replayed = again.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')
    expect(replayed).toHaveLength(5)
    expect(new Set(replayed.map(({ body }) => body.operationId))).toEqual(
      new Set(accepted.map(({ body }) => body.operationId)),
    )
    const [held] = again.flatMap(({ status }, key) => (status === 202 ? [key] : []))
    const other = { json: { ...json, format: 'PDF' }, headers: { 'idempotency-key': `key-${held}` } }
    expectProblem(await ask(one, generate, other), 422, 'IDEMPOTENCY_MISMATCH')
  })

  it('validateOnly does not count, another owner has its own quota, and an ended operation no longer counts', async () => {
    const paths = await Promise.all(Array.from({ length: 5 }, () => submitted(one, { startAfter: inAnHour() })))
    expect((await ask(one, generate, { json: { ...report, validateOnly: true } })).status).toBe(200)
    expect((await ask(two, generate, { json: later(), key: two.otherKey })).status).toBe(202)
    expectProblem(await submit(0), 429, 'TOO_MANY_OPERATIONS')
    expectProblem(await submit(1), 429, 'TOO_MANY_OPERATIONS')
    await ask(two, paths[0] ?? '', { method: 'DELETE' })
    expect((await submit(0)).status).toBe(202)
    expectProblem(await submit(1), 429, 'TOO_MANY_OPERATIONS')
  })

  it('a retry and a bulk operation are refused at the quota; a bulk retry starts as many as the quota allows', async () => {
    const olds = await Promise.all(Array.from({ length: 4 }, () => submitted(one, { startAfter: inAnHour() })))
    for (const path of olds) await ask(one, path, { method: 'DELETE' })
    const added = await Promise.all(Array.from({ length: 5 }, () => submitted(two, { startAfter: inAnHour() })))
    expectProblem(await ask(one, `${olds[0]}:retry`, { method: 'POST' }), 429, 'TOO_MANY_OPERATIONS')
    const bulk = { json: { filter: { status: ['CANCELLED'] } } }
    expectProblem(await ask(two, '/api/v1/operations:retry', bulk), 429, 'TOO_MANY_OPERATIONS')

    // The quota now allows three: the bulk operation and two retries, which wait for its end.
    for (const path of added.slice(0, 3))
      await onDatabase(one, `delete from operations where operation_id = '${path.slice(-36)}'`)
    const { headers, status } = await ask(two, '/api/v1/operations:retry', bulk)
    expect(status).toBe(202)
    const done = await ended(one, headers.get('location') ?? '')
    expect(done.result).toMatchObject({
      matched: 4,
      done: 2,
      skipped: 2,
      skippedFor: [{ code: 'TOO_MANY_OPERATIONS', operations: 2 }],
    })
  })
})

const csv = (body: RequestInit['body']): Asking =>
  ({ method: 'POST', body, headers: { 'content-type': 'text/csv' }, duplex: 'half' }) as Asking
const chunked = (bytes: Buffer) => csv(new Blob([bytes]).stream())
const uploads = '/api/v1/uploads'

function kept({ dataDir }: TestService): string[] {
  const folder = join(dataDir, 'files', 'uploads')
  return existsSync(folder) ? readdirSync(folder) : []
}

const filesOf = ({ dataDir }: TestService, path: string): string[] => {
  const folder = join(dataDir, 'files', 'operations', path.slice(-36))
  return existsSync(folder) ? readdirSync(folder) : []
}

/** A report whose file uses a tenth of the owner's storage quota. */
const january = { dateRange: { fromDate: '2017-01-01', toDate: '2017-01-31' } }

describe('webhook targets', () => {
  const start = async () => {
    one = await startTestService({ OWNER_WEBHOOK_TARGETS: '3' }, database)
  }
  /** The new process has no cached counts. */
  const restart = async () => {
    one.check.assertKept()
    await one.close()
    await start()
  }
  beforeEach(start)
  afterEach(async () => {
    await onDatabase(one, 'delete from deliveries')
    await forgetAll()
    one.check.assertKept()
    await one.close()
  })

  /** A separate host for each; addresses need no name look-up. */
  const url = (n: number, more = '/') => `https://8.8.8.${n}${more}`
  const submit = (at: string, asking: Asking = {}) =>
    ask(one, generate, { json: { ...later(), webhook: { url: at } }, ...asking })

  it('429 for one more, also concurrently; known targets, submits without a webhook and other owners are accepted', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => submit(url(n))))
    const refused = answers.filter(({ status }) => status !== 202)
    expect(refused).toHaveLength(17)
    for (const answer of refused) {
      expectProblem(answer, 429, 'TOO_MANY_WEBHOOK_TARGETS')
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(answer.body.retryable).toBe(true)
    }
    const known = answers.findIndex(({ status }) => status === 202)
    for (const more of ['/other?path', ':443/', ':/']) expect((await submit(url(known, more))).status).toBe(202)
    expectProblem(await submit(url(known, ':8443/')), 429, 'TOO_MANY_WEBHOOK_TARGETS')
    expect((await ask(one, generate, { json: later() })).status).toBe(202)
    expect((await submit(url(99), { key: one.otherKey })).status).toBe(202)
    const validateOnly = { json: { ...report, validateOnly: true, webhook: { url: url(99) } } }
    expect((await ask(one, generate, validateOnly)).status).toBe(200)
  })

  it('a target counts until its messages are delivered; registered receivers and pings do not count', async () => {
    await submit(url(1))
    await submit(url(2))
    await onDatabase(
      one,
      `insert into deliveries (delivery_id, owner_id, receiver_id, target, sequence, event, occurred_at, due_at, give_up_at)
      select gen_random_uuid(), 'alice', gen_random_uuid(), name, 0, 'PING', now(), now() + interval '1 hour', now()
      from (values ('ping 1'), ('ping 2'), (gen_random_uuid()::text)) as target (name)`,
    )
    await onDatabase(
      one,
      `
      insert into deliveries (delivery_id, owner_id, operation_id, target, sequence, event, status, occurred_at, due_at, give_up_at)
      select gen_random_uuid(), owner_id, operation_id, webhook_target(owner_id, webhook ->> 'url'), 1, 'FAILED', 'FAILED', now(),
        now() + interval '1 hour', now() + interval '1 day' from operations;
      update operations set status = 'FAILED', finished_at = now(), expires_at = now() + interval '1 day', error = '{}', turn_at = null, due_at = null`,
    )
    await restart()
    expect((await submit(url(3))).status).toBe(202)
    expectProblem(await submit(url(4)), 429, 'TOO_MANY_WEBHOOK_TARGETS')
    expect((await submit(url(2))).status).toBe(202)
    await onDatabase(
      one,
      `update deliveries set state = 'DELIVERED', finished_at = now() where target like '%8.8.8.1%'`,
    )
    await restart()
    expect((await submit(url(4))).status).toBe(202)
  })

  it('replays get their response at the limit; a retry and a bulk retry need a free target', async () => {
    const headers = { 'idempotency-key': 'target' }
    const json = { ...later(), webhook: { url: url(1) } }
    const first = await ask(one, generate, { json, headers })
    await ask(one, first.headers.get('location') ?? '', { method: 'DELETE' })
    await onDatabase(one, 'delete from deliveries')
    await restart()
    for (const n of [2, 3, 4]) expect((await submit(url(n))).status).toBe(202)
    const again = await ask(one, generate, { json, headers })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.body).toEqual(first.body)
    const path = first.headers.get('location') ?? ''
    expectProblem(await ask(one, `${path}:retry`, { method: 'POST' }), 429, 'TOO_MANY_WEBHOOK_TARGETS')
    const bulk = await ask(one, '/api/v1/operations:retry', { json: { filter: { status: ['CANCELLED'] } } })
    expect((await ended(one, bulk.headers.get('location') ?? '')).result).toMatchObject({
      matched: 1,
      done: 0,
      skipped: 1,
      skippedFor: [{ code: 'TOO_MANY_WEBHOOK_TARGETS', operations: 1 }],
    })
  })
})

describe('stored bytes', () => {
  beforeAll(() => startTwo({ OWNER_STORED_BYTES: '100000' }))
  afterEach(async () => {
    await forgetAll()
    assertKept()
  })
  afterAll(stopTwo)

  it('an upload that would exceed it is refused, with or without a declared length, states what is left, and stores nothing', async () => {
    expect((await ask(one, uploads, csv(randomBytes(60_000)))).status).toBe(201)
    const before = kept(one)
    for (const large of [csv(randomBytes(40_001)), chunked(randomBytes(40_001))]) {
      const answer = await ask(one, uploads, large)
      expectProblem(answer, 409, 'STORAGE_FULL')
      expect(answer.body.detail).toContain('40,000 are left')
    }
    expect(kept(one)).toEqual(before)
    expect((await ask(one, uploads, chunked(randomBytes(40_000)))).status).toBe(201)
    expect((await ask(two, uploads, { ...csv(randomBytes(1000)), key: two.otherKey })).status).toBe(201)
  })

  it('two concurrent uploads never exceed it together', async () => {
    const all = () => [...kept(one), ...kept(two)].length
    const before = all()
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => ask(either(index), uploads, chunked(randomBytes(30_000)))),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
    for (const answer of answers) if (answer.status !== 201) expectProblem(answer, 409, 'STORAGE_FULL')
    expect(all()).toBe(before + 3)
  })

  it('a result file that would exceed it fails its operation at once, stores nothing, and has the remedy in the error', async () => {
    const path = await submitted(one)
    const operation = await ended(one, path)
    expect(operation).toMatchObject({ status: 'FAILED', attempt: 1, error: { code: 'STORAGE_FULL', status: 409 } })
    expect((operation.error as { detail: string }).detail).toMatch(/100,000 bytes.*Purge operations.*retry this one/)
    expect(filesOf(one, path)).toEqual([])
    expect(await ended(one, await submitted(one, january))).toMatchObject({ status: 'COMPLETED' })
  })

  it('of many concurrent result files as many are stored as fit, and a retry succeeds when there is space again', async () => {
    const probe = await submitted(one, january)
    const { size } = (await ended(one, probe)).result as { size: number }
    expect((await ask(one, `${probe}:purge`, { method: 'POST' })).status).toBe(204)
    expect((await ask(one, uploads, csv(randomBytes(100_000 - Math.floor(3.5 * size))))).status).toBe(201)
    const paths = await Promise.all(Array.from({ length: 8 }, () => submitted(one, january)))
    const ends = await Promise.all(paths.map((path) => ended(one, path)))
    expect(ends.filter(({ status }) => status === 'COMPLETED')).toHaveLength(3)
    const failed = ends.filter(({ status }) => status === 'FAILED') as { error: object; links: { retry: string } }[]
    expect(failed.map(({ error }) => error)).toEqual(
      Array.from({ length: 5 }, () => expect.objectContaining({ code: 'STORAGE_FULL' })),
    )
    await onDatabase(one, 'delete from uploads')
    const retried = await ask(one, failed[0]?.links.retry ?? '', { method: 'POST' })
    expect(await ended(one, retried.headers.get('location') ?? '')).toMatchObject({ status: 'COMPLETED' })
  })

  it('submits and retries of an owner at its quota are refused, replays are not; a purge frees space at once', async () => {
    const path = await submitted(one, january)
    const { result } = await ended(one, path)
    const { size } = result as { size: number }
    const failed = await submitted(one, { startAfter: inAnHour() })
    await ask(one, failed, { method: 'DELETE' })
    const keyed = { json: later(), headers: { 'idempotency-key': 'before' } }
    expect((await ask(one, generate, keyed)).status).toBe(202)
    await onDatabase(one, `update files set size_bytes = 100000 where size_bytes = ${size}`)
    // The cached count of the owner is older than the change.
    one.check.assertKept()
    await one.close()
    one = await startTestService({ OWNER_STORED_BYTES: '100000' }, database)

    expectProblem(await ask(one, generate, { json: later() }), 409, 'STORAGE_FULL')
    expectProblem(await ask(one, `${failed}:retry`, { method: 'POST' }), 409, 'STORAGE_FULL')
    expect((await ask(one, generate, keyed)).headers.get('idempotency-replayed')).toBe('true')
    expect((await ask(one, generate, { json: { ...report, validateOnly: true } })).status).toBe(200)
    expect((await ask(one, `${path}:purge`, { method: 'POST' })).status).toBe(204)
    expect((await ask(one, generate, { json: later() })).status).toBe(202)
    expect((await ask(one, `${failed}:retry`, { method: 'POST' })).status).toBe(202)
  })
})
