import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readTracing } from '../../server/app/tracing-config.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { isTracing, startAttempt } from '../../server/telemetry/traces.ts'
import { startTracing } from '../../server/telemetry/tracing-sdk.ts'
import { type Collector, openCollector, tracedTo } from '../support/collector.ts'

let collector: Collector
beforeEach(async () => {
  collector = await openCollector()
})
afterEach(() => collector.close())

function start(more: Record<string, string> = {}) {
  const lines: string[] = []
  const log = createLog('debug', { write: (line) => lines.push(line) })
  const config = readTracing(tracedTo(collector, more), (name) => expect.unreachable(name))
  if (!config) throw new Error('tracing is off')
  const { close } = startTracing(config, log)
  return { close, entries: () => lines.map((line) => JSON.parse(line)) }
}

const traceId = '0af7651916cd43dd8448eb211c80319c'
const context = (flags: string, trace = traceId) => `00-${trace}-b7ad6b7169203331-${flags}`

/** Makes the spans of attempts. */
function attempts(count: number, linked: string | null = null) {
  return Array.from({ length: count }, (_, index) => {
    const span = startAttempt({ type: 'generateReport', operationId: `op_${index}`, attempt: 1, context: linked })
    span?.end()
    return span?.context ?? ''
  })
}

describe('the SDK', () => {
  it('sends what is left when it is closed, and no span is made afterwards', async () => {
    const { close } = start({ OTEL_BSP_SCHEDULE_DELAY: '600000' })
    expect(isTracing()).toBe(true)
    attempts(3)
    await close()
    expect(collector.spans).toHaveLength(3)
    expect(isTracing()).toBe(false)
    expect(startAttempt({ type: 'a', operationId: 'b', attempt: 1, context: null })).toBeUndefined()
  })

  it('closes within a limit if the collector never responds', async () => {
    // Longer than the limit of the test, if the close waited for the collector.
    collector.ready = new Promise(() => {})
    const { close } = start({ OTEL_EXPORTER_OTLP_TIMEOUT: '600000' })
    attempts(1)
    await collector.untilRequests(1)
    attempts(1)
    await close()
  })

  it('closes if there is no collector', async () => {
    const { close } = start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })
    attempts(1)
    await close()
  })

  it('keeps a limited number of spans while the collector does not respond', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    collector.ready = promise
    const { close } = start({ OTEL_BSP_MAX_QUEUE_SIZE: '10', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '5' })
    attempts(5)
    await collector.untilRequests(1)
    attempts(1000)
    resolve()
    await close()
    expect(collector.spans).toHaveLength(15)
  })

  it('logs an outage once, and its end with the number of lost spans', async () => {
    collector.status = 400
    const { close, entries } = start()
    for (const count of [1, 2, 3]) {
      attempts(2)
      await collector.untilRequests(count)
    }
    collector.status = 200
    attempts(1)
    await collector.until(() => true)
    await close()
    expect(entries().map(({ event, level }) => [event, level])).toEqual([
      ['traces.not-exported', 'warn'],
      ['traces.exported', 'info'],
    ])
    expect(entries()[0].reason).toMatch(/\(400\)$/)
    expect(entries()[1].lost).toBe(6)
  })

  it('compresses if the variable says so', async () => {
    const { close } = start({ OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' })
    attempts(1)
    await close()
    expect(collector.requests[0]?.headers['content-encoding']).toBe('gzip')
  })
})

describe('the sampler', () => {
  const flagsOf = (contexts: string[]) => contexts.map((one) => one.slice(-2))
  const other = 'f'.repeat(32)

  it.each([
    ['parentbased_always_on', undefined, { none: '01', sampled: '01', unsampled: '00' }],
    ['parentbased_always_off', undefined, { none: '00', sampled: '01', unsampled: '00' }],
    ['parentbased_traceidratio', '0', { none: '00', sampled: '01', unsampled: '00' }],
    ['parentbased_traceidratio', '1.0', { none: '01', sampled: '01', unsampled: '00' }],
    ['always_on', undefined, { none: '01', sampled: '01', unsampled: '01' }],
    ['always_off', undefined, { none: '00', sampled: '00', unsampled: '00' }],
    ['traceidratio', '1', { none: '01', sampled: '01', unsampled: '01' }],
  ])('%s %s decides about an attempt like about its submit', async (sampler, ratio, expected) => {
    const more: Record<string, string> = ratio === undefined ? {} : { OTEL_TRACES_SAMPLER_ARG: ratio }
    const { close } = start({ OTEL_TRACES_SAMPLER: sampler, ...more })
    const [none, sampled, unsampled] = [null, context('01'), context('00')].map(
      (linked) => flagsOf(attempts(1, linked))[0],
    )
    expect({ none, sampled, unsampled }).toEqual(expected)
    await close()
  })

  it('traceidratio decides by the trace of the submit', async () => {
    const { close } = start({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '.5' })
    const decisions = [traceId, other].map((trace) => new Set(flagsOf(attempts(50, context('01', trace)))))
    expect(decisions.map((flags) => [...flags])).toEqual([['00'], ['01']])
    await close()
  })
})
