import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { components } from '../../generated/schema.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { ask, expectProblem, inAnHour, submitted } from './requests.ts'

type Worker = components['schemas']['Worker']

const workers = '/api/v1/workers'
const uuid = (n: number) => `01938f6e-1c40-7b22-9d13-6a0e4f7c2b${String(n).padStart(2, '0')}`

// Without a worker of its own, which would end the leases of the rows of this test.
let service: TestService
beforeAll(async () => {
  service = await startTestService({ ROLES: 'api' })
})
afterEach(async () => {
  await onDatabase(service, 'delete from workers')
  service.check.assertKept()
})
afterAll(() => service.close())

const examples: Example[] = [{ operationId: 'listWorkers', path: () => workers, needs: 'admin' }]
describeRefusals(() => service, examples)

const read = async (key = service.apiKey, query = '') => {
  const answer = await ask(service, workers + query, { key })
  expect(answer.status).toBe(200)
  return answer.body as { workers: Worker[]; nextPageToken?: string }
}
const add = (n: number, seen = 'now()') =>
  onDatabase(service, `insert into workers (worker_id, started_at, seen_at) values ('${uuid(n)}', now(), ${seen})`)

/** Makes the new operation look like one that a worker runs. */
async function run(path: string, n: number, status = 'RUNNING') {
  const id = path.slice(-36)
  await onDatabase(
    service,
    `update operations set status = '${status}', worker_id = '${uuid(n)}', attempt = 1, started_at = now(), turn_at = null,
      deadline_at = null, due_at = null where operation_id = '${id}'`,
  )
}

async function submittedBy(key: string): Promise<string> {
  const answer = await ask(service, '/api/v1/reports:generate', {
    key,
    json: { reportType: 'ORDERS_SUMMARY', format: 'CSV', dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' } },
  })
  return answer.headers.get('location') ?? ''
}

describe('listWorkers', () => {
  it('200 without workers', async () => {
    const answer = await ask(service, workers)
    expect(answer.body).toEqual({ workers: [] })
    expect(answer.headers.get('cache-control')).toBe('private, no-cache')
  })

  it('shows whether the lease is valid, by the clock of the database', async () => {
    await add(1)
    await add(2, `now() - interval '14 seconds'`)
    await add(3, `now() - interval '16 seconds'`)
    const found = (await read()).workers
    expect(found.map(({ workerId, leaseValid }) => [workerId, leaseValid])).toEqual([
      [`worker_${uuid(3)}`, false],
      [`worker_${uuid(2)}`, true],
      [`worker_${uuid(1)}`, true],
    ])
    expect(Date.parse(found[0]?.seenAt ?? '')).toBeLessThan(Date.parse(found[0]?.startedAt ?? ''))
  })

  it('counts the attempts of the caller’s owner only, also those that are being cancelled', async () => {
    await add(1)
    await add(2)
    await run(await submittedBy(service.apiKey), 1)
    await run(await submittedBy(service.apiKey), 1, 'CANCELLING')
    await run(await submittedBy(service.otherKey), 1)
    await run(await submittedBy(service.otherKey), 2)
    // Of a worker that is not listed any more, and one that waits.
    await run(await submittedBy(service.apiKey), 9)
    await submitted(service, { startAfter: inAnHour() })
    const attempts = async (key: string) => (await read(key)).workers.map((worker) => worker.attempts)
    expect(await attempts(service.apiKey)).toEqual([0, 2])
    expect(await attempts(service.powerlessKey)).toEqual([0, 2])
    expect(await attempts(service.otherKey)).toEqual([1, 1])
  })

  it('shows nothing but the documented fields, and writes nothing', async () => {
    await add(1)
    await onDatabase(service, `update workers set last_owner = 'bob'`)
    const written = () => onDatabase(service, 'select xmin::text, ctid::text from workers')
    const before = await written()
    const answer = await ask(service, workers)
    expect(Object.keys((answer.body as { workers: object[] }).workers[0] ?? {}).toSorted()).toEqual(
      ['attempts', 'leaseValid', 'seenAt', 'startedAt', 'workerId'].toSorted(),
    )
    expect(answer.text).not.toContain('bob')
    expect(await written()).toEqual(before)
  })

  it('pages, and refuses the page token of another owner', async () => {
    for (const n of [1, 2, 3]) await add(n)
    const first = await read(service.apiKey, '?pageSize=2')
    expect(first.workers).toHaveLength(2)
    const rest = await read(service.apiKey, `?pageSize=2&pageToken=${first.nextPageToken}`)
    expect(rest).toMatchObject({ workers: [{ workerId: `worker_${uuid(1)}` }] })
    expect(rest).not.toHaveProperty('nextPageToken')
    const foreign = `${workers}?pageSize=2&pageToken=${first.nextPageToken}`
    expectProblem(await ask(service, foreign, { key: service.otherKey }), 400, 'INVALID_PAGE_TOKEN')
    for (const query of ['?pageSize=0', '?pageSize=1001', '?owner=bob'])
      expectProblem(await ask(service, workers + query), 400, 'INVALID_REQUEST')
  })
})

describeFaults(() => service, examples)
