import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { ask, ended, expectProblem, inAnHour, report, submitted } from './requests.ts'

let service: TestService
/** No worker runs its operations. */
let paused: TestService
beforeAll(async () => {
  service = await startTestService()
  paused = await startTestService({ ROLES: 'api' })
})
afterEach(() => {
  service.check.assertKept()
  paused.check.assertKept()
})
afterAll(async () => {
  await service.close()
  await paused.close()
})

const submit = (json: object, path = '/api/v1/reports:generate') => ask(paused, path, { json })
const keyed = (concurrencyKey: unknown) => submit({ ...report, concurrencyKey })
const bodyOf = async (path: string) => (await ask(paused, path)).body
const locationOf = async (key: string) => (await keyed(key)).headers.get('location') ?? ''

describe('concurrencyKey', () => {
  it('is in the 202, in reads and in lists, and absent without one', async () => {
    const { status, headers, body } = await keyed('Warehouse east/1')
    expect([status, body.concurrencyKey]).toEqual([202, 'Warehouse east/1'])
    const path = headers.get('location') ?? ''
    expect(await bodyOf(path)).toMatchObject({
      status: 'PENDING',
      concurrencyKey: 'Warehouse east/1',
      queuePosition: 1,
    })
    const listed = (await ask(paused, '/api/v1/operations?pageSize=1')).body.operations as object[]
    expect(listed[0]).toMatchObject({ concurrencyKey: 'Warehouse east/1' })
    expect(await bodyOf(await submitted(paused))).not.toHaveProperty('concurrencyKey')
    // Not part of the input.
    expect((await ask(paused, `${path}?view=FULL`)).body.input).not.toHaveProperty('concurrencyKey')
  })

  it('has 1–200 printable characters, without a space at its ends', async () => {
    for (const key of ['a', '~', 'a b', 'key:', 'x'.repeat(200), 'importOrders', '__proto__']) {
      expect(await keyed(key)).toMatchObject({ status: 202, body: { concurrencyKey: key } })
    }
    for (const key of [
      '',
      ' ',
      ' a',
      'a ',
      'x'.repeat(201),
      'ä',
      'a\n',
      'a\tb',
      '\u0000',
      1,
      null,
      ['a'],
      { key: 'a' },
    ]) {
      expectProblem(await keyed(key), 422, 'INVALID_INPUT')
    }
  })

  it('is refused for a type that declares its own, with its name', async () => {
    const uploadId = 'upload_01938f6e-4c90-7e12-b1aa-7d5e2b9c4f10'
    const answer = await submit({ uploadId, concurrencyKey: 'a' }, '/api/v1/orders:import')
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect(JSON.stringify(answer.body.errors)).toContain('/concurrencyKey')
  })

  it('is what a word of others means', async () => {
    const answer = await submit({ ...report, mutex: 'a' })
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect(JSON.stringify(answer.body)).toContain('concurrencyKey')
  })

  it('is part of what an Idempotency-Key stands for', async () => {
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const send = (json: object) => ask(paused, '/api/v1/reports:generate', { json: { ...report, ...json }, headers })
    const first = await send({ concurrencyKey: 'same' })
    expect((await send({ concurrencyKey: 'same' })).body).toEqual(first.body)
    expectProblem(await send({ concurrencyKey: 'other' }), 422, 'IDEMPOTENCY_MISMATCH')
    expectProblem(await send({}), 422, 'IDEMPOTENCY_MISMATCH')
  })

  it('is kept by a retry, which waits like a new operation', async () => {
    const [old, ahead] = [await locationOf('retried'), await locationOf('retried')]
    await ask(paused, old, { method: 'DELETE' })
    const { status, body } = await ask(paused, `${old}:retry`, { method: 'POST' })
    expect([status, body.concurrencyKey]).toEqual([202, 'retried'])
    const rows = await turns([ahead, String(body.statusUrl)])
    expect(rows).toEqual(['queue', 'key'])
  })

  it('counts for the quota of operations, is checked by validateOnly, and can be combined with startAfter', async () => {
    expect((await submit({ ...report, concurrencyKey: 'v', validateOnly: true })).status).toBe(200)
    expectProblem(await submit({ ...report, concurrencyKey: ' ', validateOnly: true }), 422, 'INVALID_INPUT')
    const { status, headers } = await submit({ ...report, concurrencyKey: 'v', startAfter: inAnHour() })
    expect(status).toBe(202)
    expect(await turns([headers.get('location') ?? ''])).toEqual(['none'])
  })
})

/** What each operation waits for: its turn in the queue, its key, or neither. */
async function turns(paths: string[]): Promise<string[]> {
  const ids = paths.map((path) => path.slice(-36))
  const sql = postgres(paused.databaseUrl, { max: 1, onnotice: () => {} })
  const rows = await sql<{ id: string; turn: string }[]>`
    select operation_id as id, case when turn_at is not null then 'queue' when key_turn_at is not null then 'key' else 'none' end as turn
    from operations where operation_id in ${sql(ids)}`
  await sql.end()
  return ids.map((id) => rows.find((row) => row.id === id)?.turn ?? '')
}

describe('operations with one key', () => {
  it('wait for each other, whatever their types, and not for those of another owner', async () => {
    const first = await locationOf('shared')
    const { headers } = await submit({ format: 'CSV', concurrencyKey: 'shared' }, '/api/v1/customers:export')
    const second = headers.get('location') ?? ''
    const stranger = await ask(paused, '/api/v1/reports:generate', {
      json: { ...report, concurrencyKey: 'shared' },
      key: paused.otherKey,
    })
    expect(await turns([first, second, stranger.headers.get('location') ?? ''])).toEqual(['queue', 'key', 'queue'])
    await ask(paused, first, { method: 'DELETE' })
    expect(await turns([second])).toEqual(['queue'])
  })

  it('run one after the other', async () => {
    const json = { ...report, concurrencyKey: 'chain' }
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ask(service, '/api/v1/reports:generate', { json })),
    )
    const ends = await Promise.all(answers.map(({ headers }) => ended(service, headers.get('location') ?? '')))
    const times = ends.map(({ startedAt, completedAt }) => [String(startedAt), String(completedAt)] as const)
    times.sort(([a], [b]) => (a < b ? -1 : 1))
    for (const [index, [startedAt]] of times.entries()) {
      if (index > 0) expect(startedAt >= (times[index - 1]?.[1] ?? '')).toBe(true)
    }
  })
})
