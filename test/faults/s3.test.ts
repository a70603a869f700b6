import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { s3Store } from '../../server/files/s3-store.ts'
import { locationOf } from '../files/stores.ts'
import type { Fault } from '../support/s3/gateway.ts'
import { accessEnvironment, type S3Server, startS3 } from '../support/s3/server.ts'
import { drained, violations } from './checker.ts'
import { newCallerRecords, submitMany } from './load.ts'
import type { Mutant } from './mutants.ts'
import { apiKey, openRig, type Rig } from './rig.ts'
import { timeoutMs } from './size.ts'

let s3: S3Server
let environment: Record<string, string>
beforeAll(async () => {
  s3 = await startS3()
  environment = { FILES_URL: s3.filesUrl(), ...accessEnvironment, SWEEP_SECONDS: '1' }
})
beforeEach(async () => {
  s3.fault = undefined
  for (const key of [...(await s3.objects()), ...s3.unfinished()]) await store().delete(key)
})
afterAll(() => s3.close())

const store = () => s3Store(locationOf(s3.filesUrl()))
const read = async (key: string) => Buffer.concat(await Array.fromAsync(await store().read(key)))

/** Makes all discards due, and waits until the sweep of a worker has deleted them. */
async function swept({ sql }: Rig) {
  await sql`update discards set due_at = now()`
  await expect.poll(() => sql`select storage_key from discards`, { timeout: 30_000, interval: 50 }).toEqual([])
}

/** Differences between what is stored and what the database refers to. */
async function strays({ sql }: Rig): Promise<string[]> {
  const rows = await sql<{ key: string }[]>`select storage_key as key from files union select storage_key from uploads`
  const known = new Set(rows.map(({ key }) => key))
  const stored = await s3.objects()
  return [
    ...stored.filter((key) => !known.has(key)).map((key) => `object without a row: ${key}`),
    ...[...known].filter((key) => !stored.includes(key)).map((key) => `row without an object: ${key}`),
    ...s3.unfinished().map((key) => `unfinished upload: ${key}`),
  ]
}

/** Enough customers for an export of several parts. */
const manyCustomers = ({ sql }: Rig) =>
  sql`insert into customers select '', 'X-' || n, repeat('x', 200) || n, 'Consumer' from generate_series(1, 60000) n`

async function submitExport(url: string) {
  const headers = {
    authorization: `Bearer ${apiKey}`,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
  }
  const body = JSON.stringify({ format: 'NDJSON' })
  const response = await fetch(`${url}/api/v1/customers:export`, { method: 'POST', headers, body })
  expect(response.status).toBe(202)
}

test('S3 fails requests for a while: operations and uploads end with readable files of the right checksum, and nothing else is left', {
  timeout: timeoutMs,
}, async () => {
  await using rig = await openRig()
  const seen = newCallerRecords()
  const [api] = await Promise.all([rig.startApi(environment), rig.startWorker(environment)])
  await manyCustomers(rig)
  const faults: Fault[] = [
    { kind: 'answer', status: 503, code: 'SlowDown' },
    { kind: 'reset' },
    { kind: 'reset', executed: true },
    { kind: 'answer', status: 403, code: 'AccessDenied' },
    { kind: 'answer', status: 412, code: 'PreconditionFailed' },
  ]
  let count = 0
  s3.fault = () => {
    count += 1
    return count % 3 === 0 ? undefined : faults[count % faults.length]
  }
  const bytes = randomBytes(20 * 2 ** 20)
  const upload = async () => {
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'text/csv' }
    const response = await fetch(`${api.url}/api/v1/uploads`, { method: 'POST', headers, body: bytes })
    const text = await response.text()
    return { status: response.status, text }
  }
  await submitExport(api.url)
  const submitting = submitMany(seen, { url: () => api.url, callers: 4, more: (done) => done < 20 })
  const uploads = [await upload(), await upload(), await upload()]
  await submitting
  await expect.poll(() => count, { timeout: 30_000 }).toBeGreaterThan(60)
  s3.fault = undefined
  uploads.push(await upload())
  expect(uploads.map(({ status }) => status).filter((status) => status !== 201 && status !== 503)).toEqual([])
  expect(uploads.at(-1)?.status).toBe(201)
  expect(await drained(rig.sql, 60_000)).toBe(0)
  const [ended] = await rig.sql<{ count: number }[]>`select count(*)::int from operations where status = 'COMPLETED'`
  expect(ended?.count).toBe(21)
  await swept(rig)
  expect([...(await strays(rig)), ...(await violations(rig, seen, read))]).toEqual([])
  for (const { status, text } of uploads) {
    if (status !== 201) continue
    const { uploadId, sha256 } = JSON.parse(text) as { uploadId: string; sha256: string }
    const stored = await read(`uploads/${uploadId.slice(7)}`)
    expect(createHash('sha256').update(stored).digest('hex')).toBe(sha256)
    expect(stored.equals(bytes)).toBe(true)
  }
})

/** A worker and its executor are killed with the parts of an export sent; another worker takes over. */
async function killWorker(mutants: Mutant[] = []) {
  await using rig = await openRig()
  const seen = newCallerRecords()
  const api = await rig.startApi(environment)
  await manyCustomers(rig)
  const victim = await rig.startWorker(environment)
  const complete = Promise.withResolvers<void>()
  s3.fault = ({ operation }) => {
    if (operation !== 'complete') return undefined
    complete.resolve()
    return { kind: 'hang' }
  }
  await submitExport(api.url)
  await complete.promise
  victim.signal('SIGKILL')
  await victim.exited
  const before = s3.unfinished().length
  s3.fault = undefined
  await rig.startWorker(environment, { mutants })
  const open = await drained(rig.sql, 60_000)
  await swept(rig)
  return { open, before, found: [...(await strays(rig)), ...(await violations(rig, seen, read))] }
}

test('a worker killed within an upload: its operation runs again, and its parts are removed', {
  timeout: timeoutMs,
}, async () => {
  const { open, before, found } = await killWorker()
  expect({ open, before, found }).toEqual({ open: 0, before: 1, found: [] })
})

test('the check finds parts that are not removed', { timeout: timeoutMs }, async () => {
  const { found } = await killWorker(['keeps-uploads'])
  expect(found.join()).toMatch(/unfinished upload/)
})

test('an API killed within an upload of a client: its parts are removed', { timeout: timeoutMs }, async () => {
  await using rig = await openRig()
  const api = await rig.startApi(environment)
  const { hostname, port } = new URL(api.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  await once(socket, 'connect')
  const head = ['POST /api/v1/uploads HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${apiKey}`]
  socket.write(`${[...head, 'Content-Type: text/csv', 'Content-Length: 40000000'].join('\r\n')}\r\n\r\n`)
  socket.write(Buffer.alloc(20_000_000))
  await expect.poll(() => s3.unfinished(), { timeout: 20_000 }).toHaveLength(1)
  api.signal('SIGKILL')
  await api.exited
  await rig.startWorker(environment)
  await swept(rig)
  expect(await strays(rig)).toEqual([])
})
