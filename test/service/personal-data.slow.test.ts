import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../server/dev/embedded-postgres/start.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { onDatabase } from '../http/database.ts'
import { type Hook, openHook, until } from '../http/hook.ts'
import { type Asking, ask, ended } from '../http/requests.ts'
import { fastSettings } from '../support/fast-postgres.ts'
import { query } from '../support/postmaster.ts'
import { startTestService, type TestService } from '../support/service.ts'

/**
 * The personal data of a screening, planted in every `writeOnly` field, is found nowhere: in no response, event, log, message, table, statement
 * of PostgreSQL's log, page or segment of the write-ahead log. A label is planted too, and must be found in all of these places: so the search
 * itself is tested.
 */

const random = () => randomBytes(12).toString('hex')
/** The value of each `writeOnly` field. Dates cannot be unique, so those are years in which nothing else happens. */
const planted = {
  name: `name ${random()}`,
  birthDate: '1907-03-09',
  email: `${random()}@example.com`,
  nationalId: random(),
  employer: `employer ${random()}`,
  title: `title ${random()}`,
  fromDate: '1911-02-13',
  toDate: '1913-11-02',
  institution: `institution ${random()}`,
  degree: `degree ${random()}`,
}
const label = `label-${random()}`
const note = `note ${random()}`

const { name, birthDate, email, nationalId, employer, title, fromDate, toDate, institution, degree } = planted
const input = {
  candidateId: 'cand-1',
  candidate: { name, birthDate, email, nationalId },
  employment: [{ employer, title, fromDate, toDate }],
  education: [{ institution, degree, graduationYear: 1917 }],
  labels: { planted: label },
}

/** As text, in URLs, and in base64 at each of its alignments. */
function formsOf(text: string): Buffer[] {
  const aligned = [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(' '.repeat(shift) + text).toString('base64')
    return encoded.slice(shift === 0 ? 0 : 4, -4)
  })
  return [text, encodeURIComponent(text), ...aligned].map((form) => Buffer.from(form))
}

/** The names of the planted values that are in `bytes`, `label` among them. */
function foundIn(bytes: Buffer): string[] {
  return Object.entries({ ...planted, label })
    .filter(([, value]) => formsOf(value).some((form) => bytes.includes(form)))
    .map(([field]) => field)
}

const lines: string[] = []
const texts: string[] = []
let embedded: EmbeddedPostgres
let folder: string
let service: TestService
let hook: Hook
let purged: string

async function send(path: string, asking: Asking = {}) {
  const answer = await ask(service, path, asking)
  texts.push(answer.text, JSON.stringify([...answer.headers]))
  return answer
}

async function screen(more: object = {}, headers: Record<string, string> = {}) {
  const webhook = { url: hook.url, events: ['PROGRESS', 'PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] }
  const { headers: sent } = await send('/api/v1/candidates:screen', { json: { ...input, webhook, ...more }, headers })
  return sent.get('location') ?? ''
}

/** Reads everything about an operation that has ended. */
async function readAll(path: string) {
  for (const suffix of [
    '',
    '?view=FULL',
    '/events?pageSize=1000',
    '/logs?pageSize=1000',
    '/waits',
    '/deliveries',
    '/result',
  ]) {
    await send(path + suffix)
  }
  const stream = await fetch(`${service.url}${path}/stream`, { headers: { authorization: `Bearer ${service.apiKey}` } })
  texts.push(await stream.text())
}

async function end(path: string) {
  const operation = await ended(service, path)
  await readAll(path)
  return operation
}

const waiting = (path: string) => until(service, path, ({ status }) => status === 'WAITING')
const rowOf = (path: string) => `operation_id = '${path.slice(-36)}'`

const ways: Record<string, () => Promise<void>> = {
  async 'is completed by a person'() {
    const path = await screen({ criminalRecordsPackage: 'test_review' }, { 'idempotency-key': 'screening' })
    await screen({ criminalRecordsPackage: 'test_review' }, { 'idempotency-key': 'screening' })
    await screen({}, { 'idempotency-key': 'screening' })
    await until(service, path, ({ waits }) => JSON.stringify(waits ?? []).includes('decision'))
    await send(`${path}/waits/decision:complete`, { json: { decision: 'CLEAR', note } })
    expect(await end(path)).toMatchObject({ status: 'COMPLETED' })
    purged = path
  },
  async 'fails, with its checks cancelled, and is retried'() {
    const path = await screen({ identityPackage: 'test_declined' })
    expect(await end(path)).toMatchObject({ status: 'FAILED' })
    const { headers } = await send(`${path}:retry`, { method: 'POST' })
    expect(await end(headers.get('location') ?? '')).toMatchObject({ status: 'FAILED' })
  },
  async 'is tried again'() {
    expect(await end(await screen({ educationPackage: 'test_flaky' }))).toMatchObject({ status: 'COMPLETED' })
  },
  async 'is cancelled while it waits'() {
    const path = await screen({ employmentPackage: 'test_no_callback' })
    await waiting(path)
    await send(`${path}:cancel`, { json: { reason: 'enough' } })
    expect(await end(path)).toMatchObject({ status: 'CANCELLED' })
  },
  async 'times out while it waits'() {
    const path = await screen({ employmentPackage: 'test_no_callback' })
    await waiting(path)
    await onDatabase(
      service,
      `update waits set expires_at = now() where ${rowOf(path)}; update operations set due_at = now() where ${rowOf(path)}`,
    )
    expect(await end(path)).toMatchObject({ status: 'FAILED', error: { code: 'WAIT_TIMEOUT' } })
  },
  async 'times out while it runs'() {
    const path = await screen({ identityPackage: 'test_hang' })
    await until(service, path, ({ status }) => status === 'RUNNING')
    await onDatabase(service, `update operations set deadline_at = now() where ${rowOf(path)}`)
    expect(await end(path)).toMatchObject({ status: 'FAILED' })
  },
  async 'is only validated, or refused'() {
    expect((await send('/api/v1/candidates:screen', { json: { ...input, validateOnly: true } })).status).toBe(200)
    const wrong = [
      { ...input, candidate: { ...input.candidate, birthDate: 'no day', phone: '1' } },
      { ...input, employment: [{ ...input.employment[0], toDate: '1907-01-01' }] },
      { ...input, checks: ['CREDIT'] },
    ]
    for (const json of wrong) expect((await send('/api/v1/candidates:screen', { json })).status).toBe(422)
    const malformed = {
      method: 'POST',
      body: JSON.stringify(input).slice(0, -1),
      headers: { 'content-type': 'application/json' },
    }
    expect((await send('/api/v1/candidates:screen', malformed)).status).toBe(400)
  },
  async 'cannot be stored, because the database refuses it'() {
    await onDatabase(service, 'alter table operations rename to gone')
    expect((await send('/api/v1/candidates:screen', { json: input })).status).toBe(500)
    await onDatabase(service, 'alter table gone rename to operations')
  },
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longrun-personal-'))
  const settings = { ...fastSettings, full_page_writes: 'on', log_statement: 'all', log_error_verbosity: 'default' }
  embedded = await startEmbeddedPostgres({ dataDir: folder, settings })
  hook = await openHook()
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const environment = {
    SECRETS_KEY: randomBytes(32).toString('base64'),
    WEBHOOK_ALLOW_INSECURE: 'true',
    LOG_LEVEL: 'trace',
  }
  service = await startTestService(environment, { url: embedded.url, drop: async () => {} }, log)
  for (const run of Object.values(ways)) await run()
  await send('/api/v1/operations?pageSize=1000')
})

afterAll(async () => {
  hook?.close()
  await embedded?.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('personal data of screenings is not found', () => {
  it(`in a response, after a screening that ${Object.keys(ways).join('; ')}`, () => {
    expect(texts.length).toBeGreaterThan(50)
    expect(texts.join()).toContain(note)
    expect(foundIn(Buffer.from(texts.join('\n')))).toEqual(['label'])
  })

  it('in a line of the log', () => {
    const all = lines.join('\n')
    expect(all).toContain('operation.completed')
    expect(foundIn(Buffer.from(all))).toEqual([])
  })

  it('in a webhook message', async () => {
    while (!hook.messages.some(({ body }) => body.includes('"CANCELLED"'))) await delay(20)
    expect(foundIn(Buffer.from(JSON.stringify(hook.messages)))).toEqual(['label'])
  })

  it('in the environment or the arguments of an executor', () => {
    const own = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && parentOf(pid) === process.pid)
    expect(own.length).toBeGreaterThan(0)
    for (const file of ['environ', 'cmdline']) {
      for (const pid of own) expect(foundIn(read(`/proc/${pid}/${file}`))).toEqual([])
    }
  })

  it('in a row of any table, or in a statement that a connection shows', async () => {
    const sql = postgres(service.databaseUrl, { max: 1 })
    const tables =
      await sql`select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'public'`
    const rows = await Promise.all(tables.map(({ name }) => sql.unsafe(`select t::text as text from ${name} t`)))
    const activity = await sql`select query as text from pg_stat_activity`
    await sql.end()
    const all = [...rows.flat(), ...activity].map(({ text }) => String(text)).join('\n')
    expect(all).toContain('"sealed"')
    expect(foundIn(Buffer.from(all))).toEqual(['label'])
  })

  it('in the files of PostgreSQL: pages, write-ahead log and statement log, before and after a purge and a vacuum', async () => {
    expect((await send(`${purged}:purge`, { method: 'POST' })).status).toBe(204)
    expect(await query(service.databaseUrl, `select 1 from operations where ${rowOf(purged)}`)).toEqual([])
    await query(service.databaseUrl, 'vacuum')
    await service.close()
    // It writes all pages before it ends.
    await embedded.stop()
    const files = filesIn(folder)
    for (const part of ['/base/', '/pg_wal/', 'postgres.log']) {
      const bytes = await Promise.all(files.filter((file) => file.includes(part)).map((file) => readFile(file)))
      const found = [...new Set(bytes.flatMap(foundIn))]
      expect(found, part).toEqual(['label'])
    }
  })
})

function parentOf(pid: string): number {
  const [, fields = ''] = read(`/proc/${pid}/stat`).toString().split(') ')
  return Number(fields.split(' ')[1])
}

/** Empty if the process has ended. */
function read(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch {
    return Buffer.alloc(0)
  }
}

function filesIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
