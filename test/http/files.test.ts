import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { mintLink } from '../../server/files/links.ts'
import { startTestService, type TestService, testOwner } from '../support/service.ts'
import { linkSecret, onDatabase } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { ask, ended, expectProblem, report, submitted } from './requests.ts'

let service: TestService
/** A signed link, and the path of its file. */
let link: string
let path: string
let content: string
beforeAll(async () => {
  service = await startTestService()
  const { result } = await ended(service, await submitted(service))
  link = (result as { downloadUrl: string }).downloadUrl
  path = new URL(link, service.url).pathname
  content = (await ask(service, link, { key: null })).text
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const examples: Example[] = [
  { operationId: 'getFile', path: () => link, asking: { key: null } },
  { operationId: 'getFileMetadata', path: () => `${path}/metadata` },
]
describeRefusals(() => service, examples)

/** A valid link to the file or to another one. */
async function minted({ at = path, ownerId = testOwner, now = new Date() }) {
  return mintLink(await linkSecret(service), at, { fileId: at.slice(-36), ownerId, now, lifetimeSeconds: 86_400 })
}

/** The link as it was signed two days ago. */
const oldLink = () => minted({ now: new Date(Date.now() - 48 * 60 * 60 * 1000) })

describe('getFile', () => {
  it('200 without a credential, with its name, size and type', async () => {
    const { status, headers, text } = await ask(service, link, { key: null })
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="?orders-summary\.csv/)
    expect(headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
    expect(text.split('\r\n')[0]).toContain('orderId')
  })

  it('200 for HEAD, without the bytes', async () => {
    const { status, headers, text } = await ask(service, link, { key: null, method: 'HEAD' })
    expect([status, text, headers.get('content-length')]).toEqual([200, '', String(Buffer.byteLength(content))])
  })

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=10-', 10, undefined],
    ['bytes=-10', -10, undefined],
  ])('206 for %s', async (range, start, end) => {
    const { status, headers, text } = await ask(service, link, { key: null, headers: { range } })
    expect([status, text]).toEqual([206, content.slice(start, end)])
    expect(headers.get('content-range')).toMatch(/^bytes \d+-\d+\/\d+$/)
  })

  it.each([
    ['reports:generate', { ...report, format: 'JSON' }, 'application/json'],
    ['reports:generate', { ...report, format: 'PDF' }, 'application/pdf'],
    ['customers:export', { format: 'NDJSON' }, 'application/x-ndjson'],
  ])('200 and 206 with the type of a file of %s %o', async (submit, json, mediaType) => {
    const { headers } = await ask(service, `/api/v1/${submit}`, { json })
    const { result } = await ended(service, headers.get('location') ?? '')
    const { downloadUrl, size } = result as { downloadUrl: string; size: number }
    const whole = await ask(service, downloadUrl, { key: null })
    const part = await ask(service, downloadUrl, { key: null, headers: { range: 'bytes=1-3' } })
    expect([whole.status, part.status]).toEqual([200, 206])
    for (const answer of [whole, part]) expect(answer.headers.get('content-type')).toBe(mediaType)
    expect(part.headers.get('content-range')).toBe(`bytes 1-3/${size}`)
    expect(part.headers.get('content-length')).toBe('3')
  })

  it('304 for the tag of the file', async () => {
    const etag = (await ask(service, link, { key: null })).headers.get('etag') ?? ''
    const { status, text } = await ask(service, link, { key: null, headers: { 'if-none-match': etag } })
    expect([status, text]).toEqual([304, ''])
  })

  it('200 for several ranges, or another unit', async () => {
    for (const range of ['bytes=0-1,5-6', 'rows=1-2', 'nonsense']) {
      expect((await ask(service, link, { key: null, headers: { range } })).status).toBe(200)
    }
  })

  it('416 for a range outside the file, with its size', async () => {
    const answer = await ask(service, link, { key: null, headers: { range: 'bytes=99999999-' } })
    expectProblem(answer, 416, 'RANGE_NOT_SATISFIABLE')
    expect(answer.headers.get('content-range')).toBe(`bytes */${Buffer.byteLength(content)}`)
  })

  it('400 without signature or expiry', async () => {
    expectProblem(await ask(service, path, { key: null }), 400, 'INVALID_REQUEST')
  })

  it('403 for a link that was changed: expiry, signature, file', async () => {
    const changed = new URL(link, service.url)
    changed.searchParams.set('expires', String(Number(changed.searchParams.get('expires')) + 43_200))
    const signature = link.replace(/signature=./, (text) => (text.endsWith('A') ? 'signature=B' : 'signature=A'))
    const { result } = await ended(service, await submitted(service, { format: 'JSON' }))
    const other = (result as { downloadUrl: string }).downloadUrl
    for (const at of [changed.href, signature, link.replace(path, other.split('?')[0] ?? '')]) {
      expectProblem(await ask(service, at, { key: null }), 403, 'LINK_INVALID')
    }
  })

  it('a link is valid for its path and for GET and HEAD only', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await ask(service, link, { key: null, method })
      expectProblem(answer, 405, 'METHOD_NOT_ALLOWED')
      expect(answer.headers.get('allow')).toBe('GET, HEAD')
    }
    const query = link.slice(link.indexOf('?'))
    expectProblem(await ask(service, `${path}/metadata${query}`, { key: null }), 401, 'UNAUTHENTICATED')
  })

  it('a name with characters that a header cannot contain is encoded by RFC 8187', async () => {
    const name = 'Übersicht\r\nX-Injected: 1 €.csv'
    await onDatabase(service, `update files set name = E'${name}' where file_id = '${path.slice(-36)}'`)
    const { headers } = await ask(service, link, { key: null })
    expect(headers.get('x-injected')).toBeNull()
    expect(headers.get('content-disposition')).toContain(`filename*=UTF-8''%C3%9Cbersicht`)
    await onDatabase(service, `update files set name = 'orders-summary.csv' where file_id = '${path.slice(-36)}'`)
  })

  it('404 for a valid link to a file that does not exist, or that belongs to another owner', async () => {
    const unknown = await minted({ at: '/api/v1/files/file_01938f6e-6b10-7d41-8a55-0c9d7f1e2a33' })
    const foreign = await minted({ ownerId: 'bob' })
    const answers = [await ask(service, unknown, { key: null }), await ask(service, foreign, { key: null })]
    for (const answer of answers) expectProblem(answer, 404, 'NOT_FOUND')
    expect(answers[0]?.body.detail).toBe(answers[1]?.body.detail)
  })

  it('410 for an expired link, and for a deleted file', async () => {
    const answer = await ask(service, await oldLink(), { key: null })
    expectProblem(answer, 410, 'LINK_EXPIRED')
    expect(Date.parse(String(answer.body.expiredAt))).toBeLessThan(Date.now())
    const { operationId, result } = await ended(service, await submitted(service))
    const folder = join(service.dataDir, 'files', 'operations', String(operationId).slice(3))
    for (const name of readdirSync(folder)) rmSync(join(folder, name))
    expectProblem(await ask(service, (result as { downloadUrl: string }).downloadUrl), 410, 'EXPIRED')
  })
})

describe('getFileMetadata', () => {
  const metadata = () => `${path}/metadata`

  it('200 with checksum and a link that downloads', async () => {
    const { status, body } = await ask(service, metadata())
    expect(status).toBe(200)
    expect(body).toMatchObject({ name: 'orders-summary.csv', mediaType: 'text/csv', size: Buffer.byteLength(content) })
    expect((await ask(service, String(body.downloadUrl), { key: null })).text).toBe(content)
  })

  it('404 for another owner, 410 once it was deleted', async () => {
    expectProblem(await ask(service, metadata(), { key: service.otherKey }), 404, 'NOT_FOUND')
    await onDatabase(service, `update files set expires_at = now() where file_id = '${path.slice(-36)}'`)
    expectProblem(await ask(service, metadata()), 410, 'EXPIRED')
    await onDatabase(
      service,
      `update files set expires_at = now() + interval '1 day' where file_id = '${path.slice(-36)}'`,
    )
  })
})

describeFaults(() => service, examples)
