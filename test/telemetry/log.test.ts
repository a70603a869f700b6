import { expect, test } from 'vitest'
import { attemptFailed, requestAnswered } from '../../server/telemetry/events.ts'
import { createLog } from '../../server/telemetry/log.ts'

function capture() {
  const lines: string[] = []
  return { log: createLog('info', { write: (line) => lines.push(line) }), lines }
}

test('an entry is one JSON line with its event, its level as a word and its time', () => {
  const { log, lines } = capture()
  requestAnswered(log, { requestId: 'r', method: 'GET', route: '/operations', status: 200, durationMs: 3 })
  const entry = JSON.parse(lines[0] ?? '')
  expect(entry).toMatchObject({ level: 'info', event: 'request.answered', route: '/operations', status: 200 })
  expect(new Date(entry.time).toISOString()).toBe(entry.time)
})

test('credentials never reach a log', () => {
  const { log, lines } = capture()
  const secret = 'canary-7f3a'
  const names = [
    'authorization',
    'apiKey',
    'cookie',
    'databaseUrl',
    'password',
    'secret',
    'signature',
    'token',
    'x-api-key',
  ]
  for (const name of names) {
    log.info({ [name]: secret })
    log.info({ headers: { [name]: secret } })
  }
  expect(lines).toHaveLength(2 * names.length)
  expect(lines.join()).not.toContain(secret)
})

test('a failed query is logged with its text and its cause, without the parameters', () => {
  const { log, lines } = capture()
  const query = 'select $1'
  const cause = Object.assign(new Error('syntax error'), { code: '42601' })
  const error = Object.assign(new Error(`Failed query: ${query}\nparams: canary-7f3a`, { cause }), {
    query,
    params: ['canary-7f3a'],
  })
  attemptFailed(log, { operationId: 'o', type: 't', attempt: 1, failures: 1, delayMs: 1000, cause: error })
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    err: { query, cause: { message: 'syntax error', code: '42601' } },
  })
  expect(lines[0]).not.toContain('canary-7f3a')
})
