import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../../support/service.ts'
import { home, run, start } from './run.ts'

const year = { fromDate: '2017-01-01', toDate: '2017-12-31' }
const report = { reportType: 'ORDERS_SUMMARY', dateRange: year, format: 'CSV' }

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service.close())

const longrun = (...args: string[]) => run(args, { service })

it('schedules: next times, create, list, get, pause, resume, trigger, delete', async () => {
  const given = JSON.stringify({
    name: 'nightly',
    cron: '0 3 * * *',
    operation: { type: 'generateReport', body: report },
  })
  const { lines } = await longrun('schedule', 'create', given, '--validate')
  expect(lines).toMatchObject([{ nextTimes: { length: 10 } }])
  const created = await longrun('schedule', 'create', given)
  expect(created).toMatchObject({ code: 0, lines: [{ name: 'nightly', state: 'ACTIVE' }] })
  const id = String(created.lines[0]?.scheduleId)
  expect((await longrun('schedule', 'list')).lines).toMatchObject([{ scheduleId: id }])
  expect((await longrun('schedule', 'pause', id)).lines).toMatchObject([{ state: 'PAUSED' }])
  expect((await longrun('schedule', 'resume', id)).lines).toMatchObject([{ state: 'ACTIVE' }])
  const triggered = await longrun('schedule', 'trigger', id)
  expect(triggered.lines).toMatchObject([{ type: 'generateReport', scheduleId: id }])
  expect((await longrun('schedule', 'get', id)).lines).toMatchObject([
    { lastRuns: [{ operationId: triggered.lines[0]?.operationId }] },
  ])
  expect(await longrun('schedule', 'delete', id)).toMatchObject({ code: 0 })
  expect(await longrun('schedule', 'get', id)).toMatchObject({ code: 1 })
  expect(
    await longrun('schedule', 'create', '{"cron":"0 3 30 2 *","operation":{"type":"generateReport"}}'),
  ).toMatchObject({ code: 1 })
})

it('statistics: a window, an interval and types, and 1 for a wrong window', async () => {
  const { lines } = await longrun(
    'statistics',
    '--window',
    'PT2H',
    '--interval',
    'PT1H',
    '--type',
    'generateReport',
    'importOrders',
  )
  expect(lines).toMatchObject([{ interval: 'PT1H', active: { exact: true }, ended: { COMPLETED: expect.any(Number) } }])
  expect((await longrun('statistics')).lines).toMatchObject([{ interval: 'PT1M' }])
  expect(await longrun('statistics', '--window', 'P32D')).toMatchObject({ code: 1 })
})

it('submits that got no response say with which key they can be repeated', async () => {
  const keys: unknown[] = []
  const silent = createServer(({ headers }) => keys.push(headers['idempotency-key'])).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const env = {
    LONGRUN_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    LONGRUN_API_KEY: 'key-0123456789abcdef',
  }
  const item = JSON.stringify({ type: 'generateReport', body: report })
  const schedule = JSON.stringify({ cron: '0 3 * * *', operation: JSON.parse(item) })
  const commands = [
    ['submit', 'generateReport', JSON.stringify(report)],
    ['batch', 'create', `[${item}]`],
    ['schedule', 'create', schedule],
    ['schedule', 'trigger', 'schedule_1'],
  ]
  const runs = await Promise.all(commands.map((args) => run([...args, '--timeout', '2'], { env })))
  expect(runs.map(({ code }) => code)).toEqual([3, 3, 3, 3])
  const shown = runs.map(({ err }) => /--idempotency-key ([0-9a-f-]{36}) /.exec(err)?.[1])
  expect(new Set(shown)).toEqual(new Set(keys))
  expect(new Set(shown).size).toBe(4)
  silent.closeAllConnections()
  silent.close()
})

it('batches: the exit code is 1 if an item is refused, and a key repeats the same batch', async () => {
  const items = JSON.stringify([
    { type: 'generateReport', body: report },
    { type: 'generateReport', body: {} },
  ])
  const mixed = await longrun('batch', 'create', items, '--idempotency-key', 'cli-batch')
  expect(mixed).toMatchObject({ code: 1, lines: [{ accepted: 1, refused: 1 }] })
  const again = await run(['batch', 'create', '-', '--idempotency-key', 'cli-batch'], { service, input: items })
  expect(again.lines).toMatchObject([{ batchId: mixed.lines[0]?.batchId }])
  expect((await longrun('batch', 'get', String(mixed.lines[0]?.batchId))).lines).toMatchObject([{ total: 2 }])
  expect(await longrun('batch', 'create', items, '--all-or-nothing')).toMatchObject({
    code: 1,
    err: expect.stringContaining('BATCH_REFUSED') as string,
  })
  expect(await longrun('batch', 'create', '7')).toMatchObject({ code: 2 })
})

it('keys: create shows the key once, and a revoked key is refused', async () => {
  const created = await longrun('keys', 'create', 'cli', '--scope', 'operations:read')
  const { keyId, key } = created.lines[0] as { keyId: string; key: string }
  const asKey = { env: { LONGRUN_URL: service.url, LONGRUN_API_KEY: key } }
  expect(await run(['list'], asKey)).toMatchObject({ code: 0 })
  const listed = await longrun('keys', 'list')
  expect(listed.lines).toMatchObject([{ keyId, state: 'ACTIVE' }])
  expect(listed.out).not.toContain(key)
  expect(await longrun('keys', 'revoke', keyId)).toMatchObject({ code: 0 })
  expect(await run(['list'], asKey)).toMatchObject({ code: 4 })
})

it('profiles: the file belongs to its owner alone, and no command shows a key', async () => {
  const set = await run(['profile', 'set', 'local', '--url', service.url], { input: `${service.apiKey}\n` })
  expect(set).toMatchObject({ code: 0 })
  await run(['profile', 'set', 'other', '--url', 'http://127.0.0.1:9'], { input: 'a-key\n' })
  const file = join(home, 'longrun', 'profiles.json')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(file, 'utf8')).toContain(service.apiKey)
  const listed = await run(['profile', 'list'])
  expect(listed.lines).toEqual([
    { name: 'local', url: service.url, current: true },
    { name: 'other', url: 'http://127.0.0.1:9', current: false },
  ])
  // The first one is the current one; the environment wins over it, and --profile over both.
  expect(await run(['list'])).toMatchObject({ code: 0 })
  expect(
    await run(['list'], { env: { LONGRUN_API_KEY: 'unknown-0123456789abcdef', LONGRUN_URL: service.url } }),
  ).toMatchObject({ code: 4 })
  const both = { LONGRUN_API_KEY: 'unknown-0123456789abcdef', LONGRUN_URL: service.url }
  expect(await run(['--profile', 'local', 'list'], { env: both })).toMatchObject({ code: 0 })
  // A stored key goes to no other address.
  expect(await run(['--url', 'http://127.0.0.1:9', 'list'])).toMatchObject({
    code: 4,
    err: expect.stringContaining('is for') as string,
  })
  await run(['profile', 'use', 'other'])
  await run(['profile', 'remove', 'local'])
  expect((await run(['profile', 'list'])).lines).toEqual([{ name: 'other', url: 'http://127.0.0.1:9', current: true }])
  expect(await run(['profile', 'use', 'local'])).toMatchObject({ code: 2 })
  expect(await run(['profile', 'set', 'empty', '--url', service.url], { input: '\n' })).toMatchObject({ code: 4 })
  writeFileSync(file, '{')
  expect(await run(['list'])).toMatchObject({ code: 2, err: expect.stringContaining('not JSON') as string })
})

describe('webhook listen', () => {
  const secret = `whsec_${Buffer.from('a secret of twenty-four').toString('base64')}`
  const event = { type: 'webhook.ping', event: 'PING', timestamp: '2026-11-29T12:00:00.000Z', data: {} }

  function signed(body: string, key = secret) {
    const timestamp = new Date()
    const signature = new Webhook(key).sign('msg_1', timestamp, body)
    const seconds = String(Math.floor(timestamp.getTime() / 1000))
    return {
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': seconds,
      'webhook-signature': signature,
    }
  }

  it('prints what verifies, refuses the rest, and forwards unchanged', async () => {
    const received: { headers: IncomingHttpHeaders; body: string }[] = []
    const target = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      request.on('end', () => {
        received.push({ headers: request.headers, body })
        response.writeHead(received.length === 1 ? 202 : 503).end()
      })
    })
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve))
    const forward = `http://127.0.0.1:${(target.address() as AddressInfo).port}/hook`
    const listening = start(['webhook', 'listen', '--port', '0', '--forward', forward], {
      env: { LONGRUN_WEBHOOK_SECRET: secret },
    })
    const url = /http:\S+(?=;)/.exec(await listening.printed(/Listening on .*;/))?.[0] ?? ''
    const body = JSON.stringify(event)
    const post = (headers: Record<string, string>, text = body) =>
      fetch(url, { method: 'POST', headers, body: text }).then(({ status }) => status)
    expect(await post(signed(body))).toBe(202)
    // The status of the target, so that the service repeats the delivery.
    expect(await post(signed(body))).toBe(503)
    expect(await post(signed(body, `whsec_${Buffer.from('another secret').toString('base64')}`))).toBe(401)
    expect(await post(signed(body), `${body} `)).toBe(401)
    expect(await post({})).toBe(401)
    expect(await post(signed('x'.repeat(2_000_001)), 'x'.repeat(2_000_001))).toBe(413)
    listening.process.kill('SIGINT')
    const { code, lines, out, err } = await listening.ended
    expect(code).toBe(0)
    expect(lines).toEqual([event, event])
    expect(out + err).not.toContain(secret)
    expect(received.map((one) => one.body)).toEqual([body, body])
    expect(received[0]?.headers).toMatchObject({ 'webhook-id': 'msg_1' })
    target.close()
  })

  it('4 without a secret, 2 for a wrong port', async () => {
    expect(await run(['webhook', 'listen', '--port', '0'])).toMatchObject({ code: 4 })
    expect(await run(['webhook', 'listen', '--port', '70000'])).toMatchObject({ code: 2 })
  })
})

describe('completion', () => {
  const execute = promisify(execFile)

  it('in bash: commands, subcommands and options', async () => {
    const script = join(home, 'completion.bash')
    writeFileSync(script, (await run(['completion', 'bash'])).out)
    const completed = async (...words: string[]) => {
      const quoted = words.map((word) => `'${word}'`).join(' ')
      const line = `source ${script}; COMP_WORDS=(longrun ${quoted}); COMP_CWORD=${words.length}; _longrun; printf '%s\\n' "\${COMPREPLY[@]}"`
      return (await execute('bash', ['-c', line])).stdout.trim().split('\n')
    }
    expect(await completed('sch')).toEqual(['schedule'])
    expect(await completed('schedule', 'p')).toEqual(['pause'])
    expect(await completed('--json', 'schedule', 'create', '--val')).toEqual(['--validate'])
    expect(await completed('submit', '--dep')).toEqual(['--depends-on', '--dependency-policy'])
  })

  it('for the other shells, and not for an unknown one', async () => {
    expect((await run(['completion', 'zsh'])).out).toMatch(/^#compdef longrun\n/)
    expect((await run(['completion', 'fish'])).out).toMatch(/complete -c longrun .*-a schedule/)
    expect(await run(['completion', 'tcsh'])).toMatchObject({ code: 2 })
  })
})
