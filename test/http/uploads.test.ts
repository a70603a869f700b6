import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { type Asking, ask, expectProblem } from './requests.ts'

let service: TestService
let path: string
beforeAll(async () => {
  service = await startTestService({ UPLOAD_MAX_BYTES: '2000000' })
  path = (await ask(service, uploads, csv('Row ID\n'))).headers.get('location') ?? ''
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const uploads = '/api/v1/uploads'
const csv = (body: RequestInit['body']): Asking =>
  ({ method: 'POST', body, headers: { 'content-type': 'text/csv; charset=utf-8' }, duplex: 'half' }) as Asking

const examples: Example[] = [
  { operationId: 'createUpload', path: () => uploads, asking: csv('a') },
  { operationId: 'getUpload', path: () => path },
]
describeRefusals(() => service, examples)

function kept(): string[] {
  const folder = join(service.dataDir, 'files', 'uploads')
  return existsSync(folder) ? readdirSync(folder) : []
}

describe('createUpload', () => {
  it.each([
    'utf-16',
    'UTF-16LE',
    '"utf-16be"',
    'us-ascii',
  ])('201 for a file whose type states charset=%s', async (charset) => {
    const headers = { 'content-type': `text/csv; charset=${charset}` }
    expect((await ask(service, uploads, { method: 'POST', body: 'a', headers })).status).toBe(201)
  })

  it('201 with Location, size and checksum, streamed', async () => {
    const bytes = randomBytes(1_500_000)
    const { status, headers, body } = await ask(service, uploads, csv(new Blob([bytes]).stream()))
    expect(status).toBe(201)
    expect(body).toMatchObject({
      mediaType: 'text/csv',
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
    expect((await ask(service, headers.get('location') ?? '')).body).toEqual(body)
  })

  it('413 over the limit, declared or not, and keeps nothing', async () => {
    const before = kept()
    const large = randomBytes(2_000_001)
    expectProblem(await ask(service, uploads, csv(large)), 413, 'CONTENT_TOO_LARGE')
    expectProblem(await ask(service, uploads, csv(new Blob([large]).stream())), 413, 'CONTENT_TOO_LARGE')
    expect(kept()).toEqual(before)
  })

  it('keeps nothing of an interrupted upload', async () => {
    const before = kept()
    const { hostname, port } = new URL(service.url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    const head = [
      'POST /api/v1/uploads HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${service.apiKey}`,
      'Content-Type: text/csv',
      'Content-Length: 1000000',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n${'x'.repeat(100_000)}`)
    await expect.poll(kept).toHaveLength(before.length + 1)
    socket.destroy()
    await expect.poll(kept).toEqual(before)
  })
})

describe('getUpload', () => {
  it('404 for unknown and malformed ids, and another owner’s', async () => {
    expectProblem(await ask(service, path, { key: service.otherKey }), 404, 'NOT_FOUND')
    for (const id of ['upload_01938f6e-4c90-7e12-b1aa-7d5e2b9c4f10', 'upload_1']) {
      expectProblem(await ask(service, `${uploads}/${id}`), 404, 'NOT_FOUND')
    }
  })

  it('410 with expiredAt once it was deleted', async () => {
    const gone = (await ask(service, uploads, csv('a'))).headers.get('location') ?? ''
    await onDatabase(service, `update uploads set expires_at = now() where upload_id = '${gone.slice(-36)}'`)
    expectProblem(await ask(service, gone), 410, 'EXPIRED')
  })
})

describeFaults(() => service, examples)
