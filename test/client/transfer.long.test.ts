import { execFile } from 'node:child_process'
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient, type Longrun, type OperationHandle } from '../../client/index.ts'
import { parseId } from '../../server/contract/ids.ts'
import { mintLink } from '../../server/files/links.ts'
import { linkSecret } from '../http/database.ts'
import { startTestService, type TestService, testOwner } from '../support/service.ts'
import { type Fault, flakyProxy } from './flaky-proxy.ts'

const run = promisify(execFile)

let service: TestService
let proxy: Awaited<ReturnType<typeof flakyProxy>>
let longrun: Longrun
let folder: string
let operation: OperationHandle<'generateReport'>
beforeAll(async () => {
  service = await startTestService()
  proxy = await flakyProxy(service.url)
  longrun = createClient({ baseUrl: proxy.url, apiKey: service.apiKey })
  folder = await mkdtemp(join(tmpdir(), 'longrun-client-'))
  const dateRange = { fromDate: '2017-01-01', toDate: '2017-12-31' }
  operation = await longrun.generateReport({ reportType: 'ORDERS_SUMMARY', dateRange, format: 'CSV' })
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await proxy.close()
  await service.close()
})
beforeEach(() => {
  proxy.faults.length = 0
  proxy.requests.length = 0
})

const lines = (csv: string) => csv.trimEnd().split('\n').length

describe('a download', () => {
  it('waits for the result and writes the file', async () => {
    const path = join(folder, 'report.csv')
    const { sizeBytes } = await operation.download(path)
    const csv = await readFile(path)
    expect(csv.byteLength).toBe(sizeBytes)
    expect(lines(csv.toString())).toBe(1 + 1687)
    expect(sizeBytes).toBe((await operation.result()).size)
  })

  it('streams into a Node stream and into a web stream', async () => {
    const node = new PassThrough()
    const web = new TransformStream<Uint8Array, Uint8Array>()
    const [, , one, other] = await Promise.all([
      operation.download(node),
      operation.download(web.writable),
      text(node),
      text(web.readable),
    ])
    expect(lines(one)).toBe(1 + 1687)
    expect(other).toBe(one)
  })

  it('does not send the API key', async () => {
    await operation.download(join(folder, 'keyless.csv'))
    const [download] = proxy.requests.filter(({ path }) => path.includes('/files/'))
    expect(download).toBeDefined()
    expect(download?.headers).not.toHaveProperty('authorization')
  })

  it('requests a new link when the link has expired', async () => {
    const old = createClient({ baseUrl: proxy.url, apiKey: service.apiKey, fetch: await withLinkOfLastWeek() })
    const late = await old.operation(operation.id, 'generateReport')
    const { sizeBytes } = await late.download(join(folder, 'afresh.csv'))
    expect(sizeBytes).toBe((await operation.result()).size)
    expect(proxy.requests.map(({ path }) => path.split('?')[0]?.split('/')[3])).toEqual([
      'operations',
      'files',
      'operations',
      'files',
    ])
  })

  it('throws the problem of a permanent refusal', async () => {
    const forged = createClient({ baseUrl: proxy.url, apiKey: service.apiKey, fetch: withLinks((link) => `${link}x`) })
    const download = (await forged.operation(operation.id, 'generateReport')).download(join(folder, 'forged.csv'))
    await expect(download).rejects.toMatchObject({ code: 'LINK_INVALID', status: 403 })
    expect((await readdir(folder)).filter((name) => name.startsWith('forged'))).toEqual([])
  })

  it.each<{ words: string; faults: Fault[]; ranges: number }>([
    { words: 'breaks once', faults: ['cut'], ranges: 1 },
    {
      words: 'breaks several times',
      faults: [{ cutAfter: 100 }, { cutAfter: 1000 }, { cutAfter: 5000 }, 'lost'],
      ranges: 4,
    },
    { words: 'gets a 429', faults: [{ status: 429, retryAfter: 1 }], ranges: 0 },
    { words: 'gets a 502, a 503 and a 504', faults: [{ status: 502 }, { status: 503 }, { status: 504 }], ranges: 0 },
    { words: 'gets a 503 while it is resumed', faults: [{ cutAfter: 100 }, { status: 503 }], ranges: 2 },
  ])('that $words is resumed, and writes the whole file', async ({ faults, ranges }) => {
    await operation.result()
    const path = join(folder, 'resumed.csv')
    proxy.faults.push(...faults)
    const { sizeBytes } = await operation.download(path)
    expect(sizeBytes).toBe((await operation.result()).size)
    expect(lines(await readFile(path, 'utf8'))).toBe(1 + 1687)
    expect(proxy.requests.filter(({ headers }) => headers.range)).toHaveLength(ranges)
  })

  it.each<[string, Fault]>([
    ['ends early without a length', { endAfter: 100 }],
    ['has other bytes', 'damaged'],
  ])('that %s is refused, and leaves no file and no partial file', async (_, fault) => {
    await operation.result()
    proxy.faults.push(fault)
    await expect(operation.download(join(folder, 'broken.csv'))).rejects.toMatchObject({ name: 'DownloadIncomplete' })
    expect((await readdir(folder)).filter((name) => name.startsWith('broken'))).toEqual([])
  })

  it('to one path by several callers writes one whole file', async () => {
    const path = join(folder, 'shared.csv')
    const sizes = await Promise.all(Array.from({ length: 5 }, () => operation.download(path)))
    expect(new Set(sizes.map(({ sizeBytes }) => sizeBytes)).size).toBe(1)
    expect(lines(await readFile(path, 'utf8'))).toBe(1 + 1687)
    expect((await readdir(folder)).filter((name) => name.startsWith('shared'))).toEqual(['shared.csv'])
  })

  it('to a symbolic link replaces the file that it names, and keeps the link', async () => {
    const [path, link] = [join(folder, 'named.csv'), join(folder, 'link.csv')]
    await writeFile(path, 'old')
    await symlink(path, link)
    await operation.download(link)
    expect((await lstat(link)).isSymbolicLink()).toBe(true)
    expect(lines(await readFile(path, 'utf8'))).toBe(1 + 1687)
  })

  it.skipIf(process.platform === 'win32')('to a FIFO writes into it, and keeps it', async () => {
    const fifo = join(folder, 'fifo')
    await run('mkfifo', [fifo])
    const [csv] = await Promise.all([readFile(fifo, 'utf8'), operation.download(fifo)])
    expect(lines(csv)).toBe(1 + 1687)
    expect((await lstat(fifo)).isFIFO()).toBe(true)
  })

  it('of a failed operation rejects like its result', async () => {
    const { uploadId } = await longrun.upload('Row ID\n', { mediaType: 'text/csv' })
    const failing = await longrun.importOrders({ uploadId })
    await expect(failing.download(join(folder, 'none.csv'), { file: 'rejectUrl' })).rejects.toMatchObject({
      name: 'OperationFailed',
    })
  })
})

describe('an upload', () => {
  const csv = '"Row ID"\n'.repeat(1000)
  const expected = { size: csv.length, mediaType: 'text/csv' }

  it('takes a text, bytes and a blob', async () => {
    const sources = [csv, new TextEncoder().encode(csv), new Blob([csv])]
    const uploads = await Promise.all(sources.map((source) => longrun.upload(source, { mediaType: 'text/csv' })))
    for (const upload of uploads) expect(upload).toMatchObject(expected)
    expect(new Set(uploads.map(({ sha256 }) => sha256)).size).toBe(1)
  })

  it.each([
    'Uint8Array',
    'ArrayBuffer',
    'DataView',
    'Uint16Array',
  ])('takes bytes of another realm: %s', async (name) => {
    const bytes = new TextEncoder().encode(csv.slice(0, 8000))
    const views = `const bytes = Uint8Array.from(list); ({ Uint8Array: bytes, ArrayBuffer: bytes.buffer,
      DataView: new DataView(bytes.buffer), Uint16Array: new Uint16Array(bytes.buffer) })`
    const foreign = runInNewContext(views, { list: [...bytes] })[name]
    expect(foreign).not.toBeInstanceOf(Uint8Array)
    expect(await longrun.upload(foreign, { mediaType: 'text/csv' })).toMatchObject({ size: bytes.length })
  })

  it('streams iterables', async () => {
    async function* pieces() {
      for (let at = 0; at < csv.length; at += 100) yield csv.slice(at, at + 100)
    }
    const sources = [pieces(), Readable.from(pieces()), new Blob([csv]).stream()]
    for (const source of sources)
      expect(await longrun.upload(source, { mediaType: 'text/csv' })).toMatchObject(expected)
  })

  it('rejects with the error of its source', async () => {
    async function* failing() {
      yield csv
      throw new Error('the disk is gone')
    }
    const failure = await longrun.upload(failing(), { mediaType: 'text/csv' }).catch((error: unknown) => error)
    expect(String(failure) + String((failure as Error).cause)).toContain('the disk is gone')
  })
})

describe('a list', () => {
  it('is read page by page', async () => {
    const customers = await Array.fromAsync(longrun.customers({ source: 'SAMPLE', pageSize: 200 }))
    expect(new Set(customers.map(({ customerId }) => customerId)).size).toBe(793)
    expect(proxy.requests).toHaveLength(4)
  })

  it('requests no further page when left early', async () => {
    for await (const order of longrun.orders({ source: 'SAMPLE', pageSize: 10 })) {
      expect(order.source).toBe('SAMPLE')
      break
    }
    expect(proxy.requests).toHaveLength(1)
  })
})

/** A `fetch` that changes the download link of each operation that it reads. */
function withLinks(change: (link: string) => string) {
  return async (request: Request): Promise<Response> => {
    const response = await fetch(request)
    if (!request.url.includes('/operations/') || !response.ok) return response
    const read = (await response.json()) as { result: { downloadUrl: string } }
    read.result.downloadUrl = change(read.result.downloadUrl)
    return Response.json(read, { headers: response.headers })
  }
}

/** The first link was signed a week ago and has expired, like the link in an old handle. */
async function withLinkOfLastWeek() {
  const key = await linkSecret(service)
  let first = true
  return withLinks((link) => {
    if (!first) return link
    first = false
    const path = link.split('?')[0] ?? ''
    const fileId = parseId('file', path.split('/').at(-1) ?? '') ?? ''
    const lastWeek = new Date(Date.now() - 7 * 86_400_000)
    return mintLink(key, path, { fileId, ownerId: testOwner, now: lastWeek, lifetimeSeconds: 86_400 })
  })
}
