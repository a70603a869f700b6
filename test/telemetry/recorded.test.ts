import { afterAll, expect, test } from 'vitest'
import { counter, gauge, histogram, recordedMetrics } from '../../server/telemetry/counts.ts'
import * as events from '../../server/telemetry/events.ts'
import { createLog } from '../../server/telemetry/log.ts'

const log = createLog('silent')

// Test files share the metrics of their process.
const before = new Set(recordedMetrics.keys())
afterAll(() => {
  for (const name of recordedMetrics.keys()) if (!before.has(name)) recordedMetrics.delete(name)
})

const facts = { operationId: '01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21', type: 'generateReport', attempt: 1 }
const cause = new Error('the cause')
const at = (name: string, labels: Record<string, string> = {}) =>
  recordedMetrics
    .get(name)
    ?.samples()
    .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0) ?? 0

/** Events that a test of the service does not cause, and the metric that counts each. */
const counted: [string, Record<string, string>, () => void][] = [
  [
    'attempts_failed',
    { type: facts.type },
    () => events.attemptFailed(log, { ...facts, failures: 1, delayMs: 1, cause }),
  ],
  ['attempts_released', { type: facts.type }, () => events.operationReleased(log, { ...facts, reason: 'r' })],
  ['attempts_waited', { type: facts.type }, () => events.operationWaits(log, { ...facts, names: ['n'] })],
  ['attempts_abandoned', { type: facts.type }, () => events.handlerAbandoned(log, { ...facts, reason: 'cancel' })],
  ['operations_cancelled', { type: facts.type }, () => events.operationCancelled(log, facts)],
  ['late_writes_refused', {}, () => events.lateWriteRefused(log, { ...facts, write: 'finish' })],
  [
    'executor_exits',
    { reason: 'memory' },
    () => events.executorExited(log, { workerId: 'w', reason: 'memory', attempts: 1 }),
  ],
  ['leases_lost', {}, () => events.leaseLost(log, { workerId: 'w', running: 1 })],
  ['workers_lost', {}, () => events.workersLost(log, { workerIds: ['a'] })],
  ['worker_errors', {}, () => events.workerError(log, { workerId: 'w', doing: 'claim', cause })],
  ['schedule_runs_refused', {}, () => events.scheduleRefused(log, { scheduleId: 's', code: 'TOO_MANY_OPERATIONS' })],
  ['sweep_errors', {}, () => events.sweepError(log, { doing: 'operations', cause })],
  ['sweep_errors', {}, () => events.discardFailed(log, { storageKey: 'k', files: 1, cause })],
  ['notification_errors', {}, () => events.notificationsError(log, cause)],
  ['limit_errors', {}, () => events.limitsError(log, cause)],
  ['http_connections_refused', {}, () => events.connectionsRefused(log, { count: 1 })],
  ['webhook_errors', {}, () => events.webhookError(log, { doing: 'send', cause })],
]

test.each(counted)('%s %j counts its event once', (name, labels, cause) => {
  const before = at(`longrun_${name}_total`, labels)
  cause()
  expect(at(`longrun_${name}_total`, labels)).toBe(before + 1)
})

test('a code that could be an id, and a method that is not of HTTP, count as other', () => {
  const failed = at('longrun_operations_failed_total', { code: 'other' })
  for (const code of ['op_01938f6e', 'X1', '', 'alice', 'A'.repeat(65), 'NO_DATA\n', '{"a":1}']) {
    events.operationFailed(log, { ...facts, code })
  }
  expect(at('longrun_operations_failed_total', { code: 'other' })).toBe(failed + 7)
  const requests = at('longrun_http_requests_total', { method: 'other' })
  const answered = { requestId: 'r', route: 'unknown', status: 405, durationMs: 1 }
  for (const method of ['PURGE', 'get', 'X'.repeat(500)]) events.requestAnswered(log, { ...answered, method })
  expect(at('longrun_http_requests_total', { method: 'other' })).toBe(requests + 3)
})

test('a histogram counts a value in each bucket whose bound is not below it', () => {
  const record = histogram({ name: 'longrun_test_seconds', help: 'Test.', labels: ['a'], bounds: [1, 2, 5] })
  for (const value of [0, 1, 1.5, 5, 6]) record(['x'], value)
  const samples = recordedMetrics.get('longrun_test_seconds')?.samples() ?? []
  expect(samples.map(({ name, labels, value }) => [name?.slice(20), labels.le, value])).toEqual([
    ['_bucket', '1', 2],
    ['_bucket', '2', 3],
    ['_bucket', '5', 4],
    ['_bucket', '+Inf', 5],
    ['_sum', undefined, 13.5],
    ['_count', undefined, 5],
  ])
})

test('a metric without labels has a value from the start; a gauge goes down', () => {
  counter({ name: 'longrun_plain_total', help: 'Test.' })
  expect(recordedMetrics.get('longrun_plain_total')?.samples()).toEqual([{ labels: {}, value: 0 }])
  const level = gauge({ name: 'longrun_level', help: 'Test.', labels: ['kind'] })
  level(['a'], 2)
  level(['a'], -1)
  expect(recordedMetrics.get('longrun_level')?.samples()).toEqual([{ labels: { kind: 'a' }, value: 1 }])
})

test('however many values a label gets, the series of a metric are limited, and nothing is lost', () => {
  const count = counter({ name: 'longrun_many_total', help: 'Test.', labels: ['a', 'b'] })
  for (let n = 0; n < 5000; n += 1) count([`a${n}`, n % 7])
  count(['a1', 1])
  const samples = recordedMetrics.get('longrun_many_total')?.samples() ?? []
  expect(samples.length).toBe(2001)
  expect(at('longrun_many_total')).toBe(5001)
  expect(at('longrun_many_total', { a: 'other', b: 'other' })).toBe(3000)
  // Names of `Object.prototype` are values like any other.
  const odd = counter({ name: 'longrun_odd_total', help: 'Test.', labels: ['a'] })
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty']) odd([name])
  expect(recordedMetrics.get('longrun_odd_total')?.samples()).toHaveLength(3)
})
