import { execFileSync, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordedMetrics } from '../../server/telemetry/counts.ts'
import { fromDatabase, fromProcess, readMetrics } from '../../server/telemetry/readings.ts'
import { type Hook, openHook } from '../http/hook.ts'
import { ask, ended, inAnHour, report, submitted, year } from '../http/requests.ts'
import { execute } from '../support/database.ts'
import { type Samples, scrape, sumOf } from '../support/metrics.ts'
import { createPause } from '../support/poll.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { openStream } from '../support/sse.ts'

let service: TestService
let hook: Hook
beforeAll(async () => {
  hook = await openHook()
  const environment = { METRICS_PORT: '0', WEBHOOK_ALLOW_INSECURE: 'true' }
  service = await startTestService(environment, undefined, undefined, { metricsSharing: { leastMs: 0, times: 0 } })
})
afterAll(async () => {
  hook.close()
  await service.close()
})

const now = async () => (await scrape(service.metricsUrl)).samples

/** Scrapes until `holds`, since a worker counts an end after its response may be read. */
async function until(holds: (samples: Samples) => boolean): Promise<Samples> {
  const pause = createPause()
  for (;;) {
    const samples = await now()
    if (holds(samples)) return samples
    await pause()
  }
}

type Series = [name: string, labels?: Record<string, string>]

/** By how much each series has grown when all have, since before `work`. */
async function growthOf(series: Series[], work: () => Promise<unknown>): Promise<number[]> {
  const before = await now()
  await work()
  const grown = (after: Samples) =>
    series.map(([name, labels]) => (sumOf(after, name, labels) ?? 0) - (sumOf(before, name, labels) ?? 0))
  return grown(await until((samples) => grown(samples).every((more) => more !== 0)))
}

const type = 'generateReport'

describe('operations', () => {
  it('are counted from the submit to the end, with their times', async () => {
    const series: Series[] = [
      ['longrun_operations_submitted_total', { type }],
      ['longrun_operations_claimed_total', { type }],
      ['longrun_operations_completed_total', { type, status: 'COMPLETED' }],
      ['longrun_operation_queue_seconds_count', { type }],
      ['longrun_operation_queue_seconds_bucket', { type, le: '+Inf' }],
      ['longrun_attempt_seconds_count', { type }],
      ['longrun_operation_duration_seconds_count', { type, status: 'COMPLETED' }],
    ]
    expect(await growthOf(series, async () => ended(service, await submitted(service)))).toEqual(series.map(() => 1))
    const samples = await now()
    const [queue = 0, attempt = 0, all = 0] = ['operation_queue', 'attempt', 'operation_duration'].map(
      (name) => sumOf(samples, `longrun_${name}_seconds_sum`, { type }) ?? 0,
    )
    expect(all).toBeGreaterThan(0)
    // The end is written before the attempt has ended.
    expect(queue + attempt).toBeGreaterThan(0.9 * all)
    expect(all).toBeLessThan(60)
    expect(sumOf(samples, 'longrun_claim_duration_seconds_count')).toBeGreaterThan(0)
  })

  it('are counted once each in a batch', async () => {
    const items = [1, 2, 3].map(() => ({ type, body: { ...report, startAfter: inAnHour() } }))
    const work = async () => {
      const { status } = await ask(service, '/api/v1/operations:batchCreate', { json: { operations: items } })
      expect(status).toBe(200)
    }
    expect(await growthOf([['longrun_operations_submitted_total', { type }]], work)).toEqual([3])
  })

  it('that fail are counted by their problem code', async () => {
    const nothing = { dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } }
    const end = async () => {
      const { status } = await ended(service, await submitted(service, nothing))
      expect(status).toBe('FAILED')
    }
    const series: Series[] = [
      ['longrun_operations_failed_total', { type, code: 'NO_DATA_IN_RANGE' }],
      ['longrun_operation_duration_seconds_count', { type, status: 'FAILED' }],
    ]
    expect(await growthOf(series, end)).toEqual([1, 1])
  })

  it('that are cancelled in the queue are counted', async () => {
    const cancel = async () => {
      const path = await submitted(service, { startAfter: inAnHour() })
      const { status } = await ask(service, `${path}:cancel`, { method: 'POST' })
      expect(status).toBe(200)
      // A second cancel changes nothing.
      await ask(service, `${path}:cancel`, { method: 'POST' })
    }
    expect(await growthOf([['longrun_operations_cancelled_total', { type }]], cancel)).toEqual([1])
  })

  it('that a bulk operation cancels and retries are counted', async () => {
    const label = `bulk-${Date.now()}`
    const cancelled = () => submitted(service, { startAfter: inAnHour(), labels: { label } })
    const bulk = async (verb: 'cancel' | 'retry') => {
      const { body } = await ask(service, `/api/v1/operations:${verb}`, {
        json: { filter: { label: [`label:${label}`] } },
      })
      const end = await ended(service, `/api/v1/operations/${body.operationId}`)
      expect(end).toMatchObject({ result: { done: 2 } })
    }
    const cancel = async () => {
      await Promise.all([cancelled(), cancelled()])
      await bulk('cancel')
    }
    expect(await growthOf([['longrun_operations_cancelled_total', { type }]], cancel)).toEqual([2])
    const submits: Series = ['longrun_operations_submitted_total', { type }]
    expect(await growthOf([submits], () => bulk('retry'))).toEqual([2])
  })

  it('that have not ended are counted by state, with 0 for types that have none', async () => {
    const delayed: Series = ['longrun_operations', { type, state: 'delayed' }]
    expect(await growthOf([delayed], () => submitted(service, { startAfter: inAnHour() }))).toEqual([1])
    // Executors of an earlier service in this process may be ending.
    const samples = await until((latest) => sumOf(latest, 'longrun_executors_running') === 1)
    expect(sumOf(samples, 'longrun_operations', { type: 'importOrders', state: 'running' })).toBe(0)
    expect(sumOf(samples, 'longrun_queue_oldest_seconds', { type: 'importOrders' })).toBe(0)
    expect(sumOf(samples, 'longrun_running_oldest_seconds', { type: 'importOrders' })).toBe(0)
    expect(sumOf(samples, 'longrun_workers')).toBe(1)
    expect(sumOf(samples, 'longrun_worker_slots')).toBe(10)
  })
})

describe('webhooks, streams and requests', () => {
  it('deliveries are counted by outcome', async () => {
    const webhook = { url: hook.url, secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}`, events: ['COMPLETED'] }
    const deliver = async () => ended(service, await submitted(service, { webhook }))
    const series = (outcome: string): Series[] => [
      ['longrun_webhook_deliveries_total', { outcome }],
      ['longrun_webhook_delivery_duration_seconds_count'],
    ]
    expect(await growthOf(series('ACKNOWLEDGED'), deliver)).toEqual([1, 1])
    hook.status = 500
    expect(await growthOf(series('REFUSED'), deliver)).toEqual([1, 1])
  })

  it('open streams are counted until they are closed', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    const kind = 'streamOperation'
    const open = async () => sumOf(await now(), 'longrun_streams_open', { kind }) ?? 0
    const before = await open()
    const stream = await openStream(`${service.url}${path}/stream`, { key: service.apiKey })
    await stream.blocks.next()
    expect(await open()).toBe(before + 1)
    stream.cut()
    await until((samples) => sumOf(samples, 'longrun_streams_open', { kind }) === before)
  })

  it('requests are counted by pattern, method and status', async () => {
    const route = '/api/v1/operations/{operationId}'
    const series: Series[] = [
      ['longrun_http_requests_total', { method: 'GET', route, status: '200' }],
      ['longrun_http_requests_total', { method: 'GET', route, status: '404' }],
      ['longrun_http_request_duration_seconds_count', { method: 'GET', route }],
    ]
    const path = await submitted(service, { startAfter: inAnHour() })
    const read = async () => {
      await ask(service, path)
      await ask(service, '/api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21')
    }
    expect(await growthOf(series, read)).toEqual([1, 1, 2])
  })

  it('no path, method, header or body makes a new series, apart from the status', async () => {
    const hostile = async () => {
      for (const name of ['a', 'b', 'c{route="x"}', '%22%0a', '😀', '../../etc', 'x'.repeat(2000)]) {
        await ask(service, `/${name}`)
        await ask(service, `/api/v1/operations/${name}`)
        await ask(service, `/api/v1/operations?${name}=${name}`)
        await ask(service, '/api/v1/reports:generate', { json: { ...report, type: name, [name]: name } })
        await ask(service, '/api/v1/operations', { key: name.replaceAll(/[^a-z]/g, 'x') })
      }
      for (const method of ['PROPFIND', 'PURGE', 'M-SEARCH', 'LINK', 'SUBSCRIBE', 'QUERY']) {
        await ask(service, '/api/v1/operations', { method })
        await ask(service, `/nowhere/${method}`, { method })
      }
    }
    const first = await now()
    await hostile()
    const before = await now()
    // One of each route and status.
    expect([...before.keys()].filter((series) => !first.has(series)).length).toBeLessThan(150)
    await hostile()
    const after = await now()
    expect([...after.keys()].filter((series) => !before.has(series))).toEqual([])
    const labels = [...after.keys()].filter((series) => series.startsWith('longrun_http_requests_total'))
    expect(labels.join()).toContain('method="other"')
    expect(labels.join()).not.toMatch(/PROPFIND|etc|xxx|%22/)
  })
})

describe('webhook deliveries that are due', () => {
  it('are counted apart from those to a target that fails and from those that are not due', async () => {
    const put = (count: number, target: string, due: string) => `
      insert into deliveries (delivery_id, owner_id, operation_id, target, sequence, event, status, occurred_at, due_at, give_up_at, locked_until)
      select gen_random_uuid(), 'owner-' || n % 3, gen_random_uuid(), '${target}', 1, 'COMPLETED', 'COMPLETED', now(), ${due}, now() + interval '1 day',
        now() + interval '1 day' from generate_series(1, ${count}) n;`
    await execute(
      service.databaseUrl,
      `insert into webhook_targets (target, failures) values ('failing', 1);
       ${put(5, 'working', `now() - interval '1 hour'`)} ${put(2, 'failing', `now() - interval '1 day'`)}
       ${put(7, 'working', `now() + interval '1 hour'`)}`,
    )
    const samples = await now()
    const due = (target: string) => sumOf(samples, 'longrun_webhook_deliveries_due', { target })
    const oldest = (target: string) => sumOf(samples, 'longrun_webhook_due_oldest_seconds', { target }) ?? 0
    expect([due('working'), due('failing')]).toEqual([5, 2])
    expect(Math.round(oldest('working') / 60)).toBe(60)
    expect(Math.round(oldest('failing') / 3600)).toBe(24)
    await execute(
      service.databaseUrl,
      `delete from deliveries where owner_id like 'owner-%'; delete from webhook_targets where target = 'failing'`,
    )
    expect(sumOf(await now(), 'longrun_webhook_deliveries_due', { target: 'working' })).toBe(0)
  })
})

describe('the exposition', () => {
  it('has every metric, those of the database, the disk and the process included', async () => {
    const { samples, text } = await scrape(service.metricsUrl)
    const absent = [...recordedMetrics.values(), ...readMetrics].filter(({ name }) => !text.includes(`# TYPE ${name} `))
    expect(absent.map(({ name }) => name)).toEqual([])
    expect(sumOf(samples, fromDatabase.up.name)).toBe(1)
    expect(sumOf(samples, fromDatabase.tableBytes.name, { table: 'operations' })).toBeGreaterThan(8192)
    expect(sumOf(samples, fromDatabase.deadRows.name, { table: 'events' })).toBeGreaterThanOrEqual(0)
    expect(sumOf(samples, fromProcess.filesFree.name)).toBeGreaterThan(0)
    expect(sumOf(samples, fromProcess.connectionsMost.name, { pool: 'transactions' })).toBeGreaterThan(0)
    expect(sumOf(samples, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0)
    const wal: Series = [fromDatabase.walBytes.name]
    expect((await growthOf([wal], async () => ended(service, await submitted(service))))[0]).toBeGreaterThan(0)
  })

  it('names metrics by convention and has no label that could have unlimited values', async () => {
    for (const { name, help, type: kind, labels = [] } of [...recordedMetrics.values(), ...readMetrics]) {
      expect(name).toMatch(kind === 'counter' ? /^longrun_[a-z_]+_total$/ : /^longrun_[a-z_]+(?<!_total)$/)
      if (kind === 'histogram') expect(name).toMatch(/_seconds$/)
      expect(help, name).toMatch(/^[A-Z0-9].*\.$/)
      for (const label of labels) expect(label).not.toMatch(/owner|id$|key|url|address|path/i)
    }
  })

  const promtool = spawnSync('promtool', ['--version']).status === 0

  it.skipIf(!promtool)('is accepted by promtool (skipped where Prometheus is not installed)', async () => {
    const { text } = await scrape(service.metricsUrl)
    execFileSync('promtool', ['check', 'metrics'], { input: text, stdio: ['pipe', 'pipe', 'pipe'] })
  })

  it('has no owner, id, key or URL', async () => {
    const list = await ask(service, '/api/v1/operations?pageSize=1000')
    const { text } = await scrape(service.metricsUrl)
    const { operations } = list.body as { operations: { operationId: string }[] }
    expect(operations.length).toBeGreaterThan(5)
    const found = [
      'alice',
      'bob',
      service.apiKey,
      hook.url,
      year.fromDate,
      ...operations.map(({ operationId }) => operationId.slice(3)),
    ]
    expect(found.filter((value) => text.includes(value))).toEqual([])
  })
})
