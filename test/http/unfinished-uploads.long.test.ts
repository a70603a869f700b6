import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { defaultTimeouts } from '../../server/http/timeouts.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { answerOf, head, rawSocket, untilClosed } from './raw.ts'
import { type Asking, ask, expectProblem, inAnHour, report } from './requests.ts'

const cap = 100_000
const mostUploads = 8
const mostFiles = 12
/** Slack for a busy machine. */
const soon = { timeout: 30_000 }

let database: TestDatabase
let folder: string
let one: TestService
let two: TestService
const either = (index: number) => (index % 2 === 0 ? one : two)
let sql: postgres.Sql
const sockets: Socket[] = []

beforeAll(async () => {
  database = await createDatabase({ withSample: true })
  sql = postgres(database.url, { max: 2, onnotice: () => {} })
  folder = await mkdtemp(join(tmpdir(), 'longrun-unfinished-'))
  const environment = {
    FILES_URL: `file://${folder}`,
    ROLES: 'api',
    OWNER_STORED_BYTES: String(cap),
    OWNER_STORED_FILES: String(mostFiles),
    OWNER_UPLOADS: String(mostUploads),
  }
  one = await startTestService(environment, database, undefined, { timeouts: defaultTimeouts })
  two = await startTestService(environment, database, undefined, { timeouts: defaultTimeouts })
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await expect.poll(plannedFiles, soon).toBe(0)
  await sql`delete from uploads`
  await rm(join(folder, 'uploads'), { recursive: true, force: true })
  one.check.assertKept()
  two.check.assertKept()
})
afterAll(async () => {
  await Promise.all([one.close(), two.close()])
  await sql.end()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const uploads = '/api/v1/uploads'
const csv = (body: string): Asking => ({ method: 'POST', body, headers: { 'content-type': 'text/csv' } })

async function plannedFiles(): Promise<number> {
  const [row] = await sql`select count(*)::int as total from discards`
  return row?.total
}

/** Bytes of all uploads on disk, unfinished uploads included. */
async function bytesOnDisk(): Promise<number> {
  const names = await readdir(join(folder, 'uploads')).catch(() => [])
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, 'uploads', name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Sends the head of an upload, and later the bytes that the test passes. `answer` is undefined until the response arrives. */
async function begin(service: TestService, bytes: number | 'chunked', key = service.apiKey) {
  const socket = await rawSocket(service.url)
  sockets.push(socket)
  const upload: { socket: Socket; text: string; answer?: ReturnType<typeof answerOf> } = { socket, text: '' }
  socket.on('data', (data) => {
    upload.text += data
    if (/\r\n\r\n\{.*\}$/s.test(upload.text)) upload.answer = answerOf(upload.text)
  })
  socket.write(head(uploads, { key, bytes, type: 'text/csv' }))
  return upload
}

const answered = (all: readonly Awaited<ReturnType<typeof begin>>[]) => all.filter(({ answer }) => answer !== undefined)
const codes = (all: readonly Awaited<ReturnType<typeof begin>>[]) =>
  new Set(answered(all).map(({ answer }) => `${answer?.status} ${answer?.body.code}`))

describe('unfinished uploads', () => {
  it('count with their declared length from their start, over all processes, and no longer when they end', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, index) => begin(either(index), 30_000)))
    for (const { socket } of all) socket.write('x'.repeat(10_000))
    await expect.poll(() => answered(all).length, soon).toBe(17)
    expect(codes(all)).toEqual(new Set(['409 STORAGE_FULL']))
    await expect.poll(bytesOnDisk, soon).toBe(30_000)
    const more = await ask(two, uploads, csv('x'.repeat(20_000)))
    expectProblem(more, 409, 'STORAGE_FULL')
    expect(more.body.detail).toContain('10,000 are left')
    // Another owner has its own quota.
    expect((await ask(two, uploads, { ...csv('x'.repeat(20_000)), key: two.otherKey })).status).toBe(201)

    const [first, ...others] = all.filter(({ answer }) => !answer)
    first?.socket.write('x'.repeat(20_000))
    await expect.poll(() => first?.answer?.status, soon).toBe(201)
    for (const { socket } of others) socket.destroy()
    await expect.poll(plannedFiles, soon).toBe(0)
    expect((await ask(one, uploads, csv('x'.repeat(70_000)))).status).toBe(201)
    expectProblem(await ask(one, uploads, csv('x')), 409, 'STORAGE_FULL')
  })

  it('without a declared length count as they grow: together they never use more disk space than the quota', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, (_, index) => begin(either(index), 'chunked')))
    const figures: number[] = []
    const chunk = `${(3000).toString(16)}\r\n${'x'.repeat(3000)}\r\n`
    // A client that keeps sending may find its connection closed before it has read the response.
    const open = () => all.filter(({ socket, answer }) => !answer && !socket.destroyed)
    while (open().length > 0) {
      for (const { socket } of open()) if (socket.writable) socket.write(chunk)
      figures.push(await bytesOnDisk())
    }
    for (const code of codes(all)) expect(code).toBe('409 STORAGE_FULL')
    expect(Math.max(...figures)).toBeLessThanOrEqual(cap)
    expect(Math.max(...figures)).toBeGreaterThan(cap / 3)
    await expect.poll(bytesOnDisk, soon).toBe(0)
  })

  it('are limited over all processes; another may start when one ends', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, index) => begin(either(index), 10)))
    await expect.poll(() => answered(all).length, soon).toBe(20 - mostUploads)
    expect(codes(all)).toEqual(new Set(['429 TOO_MANY_UPLOADS']))
    for (const { answer } of answered(all)) expect(answer?.headers.get('retry-after')).toBe('5')
    const [first] = all.filter(({ answer }) => !answer)
    first?.socket.write('0123456789')
    await expect.poll(() => first?.answer?.status, soon).toBe(201)
    expect((await ask(two, uploads, csv('x'))).status).toBe(201)
  })

  it('that are refused within their body end their connection: the rest is not read', async () => {
    const { socket } = await begin(one, 'chunked')
    const closed = untilClosed(socket)
    socket.write(`${(cap + 1).toString(16)}\r\n${'x'.repeat(cap + 1)}\r\n`)
    const { text } = await closed
    expect(answerOf(text)).toMatchObject({ status: 409, body: { code: 'STORAGE_FULL' } })
    expect(answerOf(text).headers.get('connection')).toBe('close')
  })
})

describe('stored files', () => {
  it.each([
    ['one byte', 'x'],
    ['no byte', ''],
  ])('of %s are limited for any number of concurrent uploads; then submits are refused as well', async (_, body) => {
    for (let round = 0; round < 3; round++) {
      const sent = Array.from({ length: mostUploads - 1 }, (_, index) => ask(either(index), uploads, csv(body)))
      const answers = await Promise.all(sent)
      for (const answer of answers) if (answer.status !== 201) expectProblem(answer, 409, 'STORAGE_FULL')
    }
    const [row] = await sql`select count(*)::int as total from uploads`
    expect(row?.total).toBe(mostFiles)
    const refused = await ask(one, uploads, csv(body))
    expect(refused.body.detail).toContain('12 files stored, of which 0 are left')
    const submit = { json: { ...report, startAfter: inAnHour() } }
    await expect.poll(async () => (await ask(one, '/api/v1/reports:generate', submit)).status).toBe(409)
  })
})

it('with too little free disk space uploads are refused with Retry-After, and all else is served', async () => {
  const full = await startTestService({ FILES_MIN_FREE_BYTES: String(Number.MAX_SAFE_INTEGER) }, database)
  try {
    for (const key of [full.apiKey, full.otherKey]) {
      const answer = await ask(full, uploads, { ...csv('x'), key })
      expectProblem(answer, 503, 'DISK_FULL')
      expect(answer.headers.get('retry-after')).toBe('60')
    }
    expect(await plannedFiles()).toBe(0)
    const submit = await ask(full, '/api/v1/reports:generate', { json: report })
    expect(submit.status).toBe(202)
    const path = submit.headers.get('location') ?? ''
    // The result cannot be stored, so the attempt is not charged and is repeated later.
    await expect.poll(async () => (await ask(full, `${path}/events`)).text).toContain('the storage was unavailable')
    expect((await ask(full, path)).body).toMatchObject({ failures: 0 })
  } finally {
    await full.close()
  }
})
