import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { mintLink } from '../../server/files/links.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { csvOf, line } from '../handlers/order-lines.ts'
import { accessKey, type S3Server, startS3 } from '../support/s3/server.ts'
import { startTestService, type TestService, testOwner } from '../support/service.ts'
import { linkSecret, onDatabase } from './database.ts'
import { ask, ended, expectProblem, report, submitted } from './requests.ts'

let s3: S3Server
let service: TestService
const logged: string[] = []
let link: string
let path: string
beforeAll(async () => {
  s3 = await startS3()
  const log = createLog('trace', { write: (line) => logged.push(line) })
  service = await startTestService({ FILES_URL: s3.filesUrl(), LOG_LEVEL: 'trace' }, undefined, log)
  link = await linkOf(await submitted(service))
  path = new URL(link, service.url).pathname
})
afterEach(() => {
  service.check.assertKept()
  expect(s3.rejected).toEqual([])
})
afterAll(async () => {
  await service.close()
  await s3.close()
})

async function linkOf(operation: string): Promise<string> {
  const { status, result } = await ended(service, operation)
  expect(status).toBe('COMPLETED')
  return (result as { downloadUrl: string }).downloadUrl
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // The process has ended.
    return ''
  }
}

/** The response of the service, and that of S3 to which it redirects. */
async function download(
  at: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
) {
  const redirect = await ask(service, at, { key: null, method, headers })
  expect(redirect.status).toBe(307)
  const location = redirect.headers.get('location') ?? ''
  return { redirect, location, response: await fetch(location, { method, headers }) }
}

describe('a download from S3', () => {
  it('307 to a link for this file that is valid for at most 60 seconds, and is not cached', async () => {
    const { redirect, location, response } = await download(link)
    const url = new URL(location)
    expect(url.origin).toBe(s3.url)
    expect(url.pathname).toMatch(/^\/files\/some\/prefix\/operations\//)
    expect(Number(url.searchParams.get('X-Amz-Expires'))).toBeLessThanOrEqual(60)
    expect(redirect.headers.get('cache-control')).toBe('no-store')
    expect(redirect.text).toBe('')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="?orders-summary\.csv/)
    expect(response.headers.get('cache-control')).toBe('private')
    const { body } = await ask(service, `${path}/metadata`)
    const text = await response.text()
    expect(createHash('sha256').update(text).digest('hex')).toBe(body.sha256)
  })

  it('is valid for the rest of the signed link, if that is shorter', async () => {
    const now = new Date()
    const expires = Math.ceil(now.getTime() / 1000 / 5) * 5 + 15
    const at = new Date((expires - 10) * 1000)
    const short = mintLink(await linkSecret(service), path, {
      fileId: path.slice(-36),
      ownerId: testOwner,
      now: at,
      lifetimeSeconds: 10,
    })
    const { location } = await download(short)
    expect(Number(new URL(location).searchParams.get('X-Amz-Expires'))).toBeLessThanOrEqual(20)
  })

  it('HEAD is redirected to a link for HEAD, which GET cannot use, and the reverse', async () => {
    const head = await download(link, { method: 'HEAD' })
    expect(head.response.status).toBe(200)
    const get = await download(link)
    s3.rejected.length = 0
    expect((await fetch(head.location)).status).toBe(403)
    expect((await fetch(get.location, { method: 'HEAD' })).status).toBe(403)
    expect(s3.rejected.splice(0)).toEqual(['SignatureDoesNotMatch', 'SignatureDoesNotMatch'])
  })

  it('a changed link to S3 is refused: key, expiry, name, signature', async () => {
    const { location } = await download(link)
    const other = new URL(location)
    other.pathname = other.pathname.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    const changed = [
      other.href,
      location.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=604800'),
      location.replace('orders-summary', 'invoice'),
      location.replace(/X-Amz-Signature=./, (text) => (text.endsWith('0') ? 'X-Amz-Signature=1' : 'X-Amz-Signature=0')),
    ]
    for (const url of changed) expect((await fetch(url)).status).toBe(403)
    expect(s3.rejected.splice(0)).toEqual(changed.map(() => 'SignatureDoesNotMatch'))
  })

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=10-', 10, undefined],
    ['bytes=-10', -10, undefined],
  ])('206 for %s', async (range, start, end) => {
    const whole = await (await download(link)).response.text()
    const { response } = await download(link, { headers: { range } })
    expect(response.status).toBe(206)
    expect(await response.text()).toBe(whole.slice(start, end))
  })

  it('304 and 416 come from the service, as with a disk', async () => {
    const { body } = await ask(service, `${path}/metadata`)
    const known = await ask(service, link, { key: null, headers: { 'if-none-match': `"${body.sha256}"` } })
    expect(known.status).toBe(304)
    const outside = await ask(service, link, { key: null, headers: { range: 'bytes=99999999-' } })
    expectProblem(outside, 416, 'RANGE_NOT_SATISFIABLE')
  })

  it('a changed, an expired and another owner’s link, and a purged file get no redirect', async () => {
    const seen = s3.seen.length
    const fileId = path.slice(-36)
    const secret = await linkSecret(service)
    const days = (count: number) => new Date(Date.now() + count * 86_400_000)
    const minted = (more: object) =>
      ask(
        service,
        mintLink(secret, path, { fileId, ownerId: testOwner, now: days(0), lifetimeSeconds: 86_400, ...more }),
        { key: null },
      )
    const tampered = link.replace(/signature=./, (text) => (text.endsWith('A') ? 'signature=B' : 'signature=A'))
    expectProblem(await ask(service, tampered, { key: null }), 403, 'LINK_INVALID')
    expectProblem(await minted({ now: days(-2) }), 410, 'LINK_EXPIRED')
    expectProblem(await minted({ ownerId: 'bob' }), 404, 'NOT_FOUND')
    expect(s3.seen.length).toBe(seen)
    const operation = await submitted(service)
    const purged = await linkOf(operation)
    expect((await ask(service, `${operation}:purge`, { method: 'POST' })).status).toBe(204)
    expectProblem(await ask(service, purged, { key: null }), 410, 'EXPIRED')
  })

  it('a name with characters that a header cannot contain is encoded by RFC 8187', async () => {
    const name = 'Übersicht\r\nX-Injected: 1 €.csv'
    await onDatabase(service, `update files set name = E'${name}' where file_id = '${path.slice(-36)}'`)
    const { response } = await download(link)
    expect(response.headers.get('x-injected')).toBeNull()
    expect(response.headers.get('content-disposition')).toContain(`filename*=UTF-8''%C3%9Cbersicht`)
    await onDatabase(service, `update files set name = 'orders-summary.csv' where file_id = '${path.slice(-36)}'`)
  })

  it('with publicEndpoint the link names that host', async () => {
    const other = await startTestService({ FILES_URL: s3.filesUrl('&publicEndpoint=https://files.example.com') })
    const { result } = await ended(other, await submitted(other))
    const { status, headers } = await ask(other, (result as { downloadUrl: string }).downloadUrl, { key: null })
    expect([status, new URL(headers.get('location') ?? '').origin]).toEqual([307, 'https://files.example.com'])
    await other.close()
  })
})

it('reports, exports, uploads, imports and their rejects are stored in S3', async () => {
  const of = (operation: string, json: object) => ask(service, `/api/v1/${operation}`, { json })
  for (const format of ['CSV', 'JSON', 'PDF']) {
    const { headers } = await of('reports:generate', { ...report, format })
    expect((await download(await linkOf(headers.get('location') ?? ''))).response.status).toBe(200)
  }
  const exported = await of('customers:export', { format: 'NDJSON' })
  const { response } = await download(await linkOf(exported.headers.get('location') ?? ''))
  expect((await response.text()).split('\n').length).toBeGreaterThan(700)
  const body = csvOf([line, { ...line, rowId: '2', sales: 'not a number' }])
  const upload = await ask(service, '/api/v1/uploads', {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/csv' },
  })
  expect(upload.status).toBe(201)
  expect(await s3.objects()).toContain(`uploads/${String(upload.body.uploadId).slice(7)}`)
  const imported = await of('orders:import', { uploadId: upload.body.uploadId })
  const end = await ended(service, imported.headers.get('location') ?? '')
  expect(end).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', result: { rowsRejected: 1 } })
  const { rejectUrl } = end.result as { rejectUrl: string }
  expect(await (await download(rejectUrl)).response.text()).toContain('not a number')
})

it('the service and its executors write neither secrets nor links to S3 to their log', () => {
  expect(logged.length).toBeGreaterThan(10)
  const text = logged.join('')
  expect(text).not.toContain('X-Amz-')
  expect(text).not.toContain(accessKey.secret)
})

it.skipIf(process.platform !== 'linux')('executors have no credentials in their environment or their arguments', () => {
  const parents = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const own = parents.filter((pid) => {
    const stat = textOf(`/proc/${pid}/stat`)
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === process.pid
  })
  const executors = own.filter((pid) => /executor/.test(textOf(`/proc/${pid}/cmdline`)))
  expect(executors.length).toBeGreaterThan(0)
  for (const pid of executors) {
    expect(textOf(`/proc/${pid}/environ`) + textOf(`/proc/${pid}/cmdline`)).not.toMatch(/AWS_|S3RVER/)
  }
})

describe('with downloads=stream', () => {
  let streaming: TestService
  beforeAll(async () => {
    streaming = await startTestService({ FILES_URL: s3.filesUrl('&downloads=stream') })
  })
  afterAll(() => streaming.close())

  it('the service sends the bytes: 200, 206, 416, ETag, If-Range, HEAD', async () => {
    const { result } = await ended(streaming, await submitted(streaming))
    const { downloadUrl, size } = result as { downloadUrl: string; size: number }
    const get = (headers: Record<string, string> = {}, method = 'GET') =>
      ask(streaming, downloadUrl, { key: null, method, headers })
    const whole = await get()
    expect([whole.status, whole.headers.get('content-length')]).toEqual([200, String(size)])
    const etag = whole.headers.get('etag') ?? ''
    expect(etag).toBe(`"${createHash('sha256').update(whole.text).digest('hex')}"`)
    const part = await get({ range: 'bytes=5-9', 'if-range': etag })
    expect([part.status, part.text]).toEqual([206, whole.text.slice(5, 10)])
    expect((await get({ range: 'bytes=5-9', 'if-range': '"other"' })).status).toBe(200)
    expectProblem(await get({ range: `bytes=${size}-` }), 416, 'RANGE_NOT_SATISFIABLE')
    const head = await get({}, 'HEAD')
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(size)])
  })

  it('410 for a file whose object is gone, 503 while S3 is away', async () => {
    const { result, operationId } = await ended(streaming, await submitted(streaming))
    const { downloadUrl } = result as { downloadUrl: string }
    s3.fault = ({ operation }) => (operation === 'get' ? { kind: 'answer', status: 503, code: 'SlowDown' } : undefined)
    expectProblem(await ask(streaming, downloadUrl, { key: null }), 503, 'UNAVAILABLE')
    s3.fault = ({ key }) =>
      key.includes(String(operationId).slice(3)) ? { kind: 'answer', status: 404, code: 'NoSuchKey' } : undefined
    expectProblem(await ask(streaming, downloadUrl, { key: null }), 410, 'EXPIRED')
    s3.fault = undefined
    expect((await ask(streaming, downloadUrl, { key: null })).status).toBe(200)
  })
})

it('a client that follows redirects does not send its API key to the other host', async () => {
  const received: (string | undefined)[] = []
  const other = createServer((request, response) => {
    received.push(JSON.stringify(request.headers))
    response.end('bytes')
  })
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  const origin = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  const redirecting = await startTestService({
    FILES_URL: s3.filesUrl(`&publicEndpoint=${encodeURIComponent(origin)}`),
  })
  const { createClient } = await import('../../client/index.ts')
  const longrun = createClient({ baseUrl: redirecting.url, apiKey: redirecting.apiKey })
  const handle = await longrun.generateReport(report as never)
  await handle.download(new WritableStream())
  await redirecting.close()
  other.close()
  expect(received).toHaveLength(1)
  expect(received[0]).not.toContain(redirecting.apiKey)
  expect(received[0]).not.toMatch(/authorization|x-api-key/i)
})
