import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { csvOf, type Line } from '../handlers/order-lines.ts'
import { ended, inAnHour, report } from '../http/requests.ts'
import { api } from './holdings.ts'
import { type AbuseRig, openAbuseRig } from './rig.ts'

let rig: AbuseRig
let sql: postgres.Sql
beforeAll(async () => {
  rig = await openAbuseRig()
  sql = postgres(rig.service.databaseUrl, { max: 1, onnotice: () => {} })
})
afterEach(() => rig.service.check.assertKept())
afterAll(async () => {
  await sql.end()
  await rig.close()
})

const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', "=cmd|'/C calc'!A0", ' =1+1', '\u00a0=1+1', '＝1+1']
/** A negative number may start with a minus. */
const startsFormula = /(?:^|,)"?[ \u00a0]*[=+@\t\r＝](?!\n)/m
const hostileNames = [
  'a\r\nX-Injected: 1',
  'naïve résumé.csv',
  '報告書 🦄.csv',
  'quote".csv',
  'semi; filename=evil.exe',
  '../../etc/passwd',
  '\u202egpj.exe',
]

async function imported(rows: Partial<Line>[]) {
  const { owner } = rig
  const headers = { 'content-type': 'text/csv' }
  const upload = await owner.ask(`${api}/uploads`, { method: 'POST', body: csvOf(rows), headers })
  const { headers: accepted } = await owner.ask(`${api}/orders:import`, { json: { uploadId: upload.body.uploadId } })
  return ended(rig.service, accepted.get('location') ?? '')
}

const fileOf = async (link: unknown) => (await rig.owner.ask(String(link), { key: null })).text

describe('text that is sent in a header', () => {
  it.each(hostileNames)('a file name is encoded by RFC 8187 and injects no header: %j', async (name) => {
    const fileId = rig.owner.link.split('?')[0]?.slice(-36) ?? ''
    await sql`update files set name = ${name} where file_id = ${fileId}`
    const response = await rig.knock({ path: rig.owner.link, key: null })
    expect(response.status).toBe(200)
    expect(response.headers['x-injected']).toBeUndefined()
    const disposition = response.headers['content-disposition'] ?? ''
    expect(disposition).toMatch(/^attachment; filename=[\x20-\x7e]+$/)
    // The file name contains no folder.
    const [, plain = ''] = /filename="((?:[^"\\]|\\.)*)"/.exec(disposition) ?? []
    expect(plain.replaceAll(/\\(.)/g, '$1')).not.toMatch(/[/\\]/)
    const fileName = /filename\*=UTF-8''([^;]+)/.exec(disposition)?.[1]
    expect(decodeURIComponent(fileName ?? '')).not.toMatch(/[/\\\p{Cc}\p{Bidi_Control}]/u)
    if (/[^\x20-\xff]/.test(name.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '')))
      expect(fileName).toMatch(/^(?:[\w!#$&+\-.^`|~]|%[0-9A-F]{2})+$/)
  })

  it.each(hostileNames)('a filter that is repeated in Link is encoded: %j', async (text) => {
    const label = `of:${text.slice(0, 60)}`
    const startAfter = inAnHour()
    for (let count = 0; count < 2; count++) {
      const json = { ...report, startAfter, labels: { of: text.slice(0, 60) } }
      expect((await rig.owner.ask(`${api}/reports:generate`, { json })).status).toBe(202)
    }
    const response = await rig.knock({ path: `${api}/operations?pageSize=1&label=${encodeURIComponent(label)}` })
    const link = String(response.headers.link)
    expect(response.headers['x-injected']).toBeUndefined()
    expect(link).toMatch(/^<[\x21-\x7e]+>; rel="next"$/)
    const next = await rig.knock({ path: /<([^>]+)>/.exec(link)?.[1] ?? '' })
    expect([next.status, JSON.parse(next.text).operations.length]).toEqual([200, 1])
  })

  it.each(
    hostileNames.filter((name) => !/[\r\n]/.test(name)),
  )('an order id is encoded in Location and links: %j', async (orderId) => {
    expect(await imported([{ orderId, rowId: String(1000 + hostileNames.indexOf(orderId)) }])).toMatchObject({
      status: 'COMPLETED',
    })
    const { headers, body } = await rig.owner.ask(`${api}/orders/${encodeURIComponent(orderId)}:deliver`, { json: {} })
    expect(body).toMatchObject({ type: 'deliverOrder' })
    const at = headers.get('location') ?? ''
    expect(await ended(rig.service, at)).toMatchObject({ done: true })
    const result = await rig.knock({ path: `${at}/result` })
    if (result.status === 303) {
      expect(result.headers.location).toMatch(/^\/api\/v1\/orders\/[\x21-\x7e]+$/)
      const order = await rig.knock({ path: String(result.headers.location) })
      expect([order.status, JSON.parse(order.text).orderId]).toEqual([200, orderId])
    } else {
      expect(result.status).toBe(409)
    }
  })

  it('a request id is used when it is harmless and replaced otherwise', async () => {
    for (const id of ['a b', 'schl\u00fcssel', 'x'.repeat(129), '<script>', "'", 'a\tb', '%0d%0aX: 1']) {
      const response = await rig.knock({ path: '/nowhere', headers: { 'x-request-id': id } })
      expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
      expect(response.text).not.toContain(id)
    }
  })
})

describe('a CSV cell that begins with = + - @ tab or CR', () => {
  it('is escaped in a customer export', async () => {
    // A field that starts with a tab or CR is invalid and is therefore in the file of rejected rows.
    const names = formulas.filter((name) => !/^[\t\r]/.test(name))
    const rows = names.map((name, nth) => ({
      rowId: String(2000 + nth),
      orderId: `F-${nth}`,
      customerId: `${name}-${nth}`,
      customerName: name,
      segment: name,
    }))
    expect(await imported(rows)).toMatchObject({ result: { rowsRejected: 0 } })
    const json = { format: 'CSV', filters: { source: 'IMPORTED' } }
    const { headers } = await rig.owner.ask(`${api}/customers:export`, { json })
    const { result } = await ended(rig.service, headers.get('location') ?? '')
    const text = await fileOf((result as { downloadUrl: string }).downloadUrl)
    for (const name of names) expect(text).toContain(`'${name}`)
    expect(text).not.toMatch(startsFormula)
  })

  it('is escaped in a file of rejected rows', async () => {
    const rows = formulas.map((orderDate, nth) => ({ rowId: String(3000 + nth), orderDate, orderId: `R-${nth}` }))
    const done = await imported([...rows, { rowId: '3999', orderId: 'R-good' }])
    expect(done).toMatchObject({ status: 'COMPLETED_WITH_ERRORS' })
    const { result } = done as { result: Record<string, unknown> }
    const link = Object.values(result).find((value) => typeof value === 'string' && value.includes('/files/'))
    const text = await fileOf(link)
    expect(text).toContain("'=1+1")
    expect(text.split('\n').length).toBeGreaterThan(formulas.length)
    expect(text).not.toMatch(startsFormula)
  })
})

describe('a path that an attacker chooses', () => {
  it('is not part of any storage key: the service generates the keys', async () => {
    const traversals = ['../../../escaped', '/etc/escaped', '..\\escaped', 'a/../../escaped']
    await imported(
      traversals.map((text, nth) => ({
        rowId: String(4000 + nth),
        orderId: text,
        customerId: text,
        productId: text,
        productName: text,
      })),
    )
    await rig.owner.ask(`${api}/reports:generate`, {
      json: { ...report, labels: { path: '../../escaped' }, startAfter: inAnHour() },
    })
    const keys = await sql<{ key: string }[]>`
      select storage_key as key from files union all select storage_key from uploads`
    expect(keys.length).toBeGreaterThan(0)
    for (const { key } of keys) expect(key).toMatch(/^[a-z]+\/[0-9a-f/-]+$/)
    const { dataDir } = rig.service
    expect(readdirSync(dataDir)).toEqual(['files'])
    expect(readdirSync(dirname(dataDir)).filter((name) => name.includes('escaped'))).toEqual([])
  })

  it('in the headers of an upload is ignored or refused: 201 or 415', async () => {
    const headers = { 'content-type': 'text/csv', 'content-disposition': 'attachment; filename="../../escaped.csv"' }
    const response = await rig.knock({ path: `${api}/uploads`, method: 'POST', headers, body: 'a\n' })
    expect(response.status).toBe(201)
    expect(response.text).not.toContain('escaped')
  })
})
