import { existsSync, readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { answerOf, head, rawSocket, untilClosed } from './raw.ts'
import { ask, ended, report, submitted } from './requests.ts'

const timeouts = { headersMs: 800, idleMs: 1200, jsonMs: 2500, bytesPerSecond: 3, rateMs: 1000, readerMs: 1500 }
/** Slack for a busy machine; the default timeouts are longer. */
const lateMs = 6000
let service: TestService
beforeAll(async () => {
  service = await startTestService({}, undefined, undefined, { timeouts })
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const generate = '/api/v1/reports:generate'

function expectClosingProblem(text: string, status: number, code: string) {
  const answer = answerOf(text)
  expect(answer).toMatchObject({ status, body: { code, status, requestId: expect.any(String) } })
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.headers.get('connection')).toBe('close')
  expect(text).not.toMatch(/node:|\.ts|\bat /)
}

async function sent(text: string) {
  const socket = await rawSocket(service.url)
  socket.write(text)
  return untilClosed(socket)
}

/** Sends `text`, and then one character at intervals. */
async function dribbled(text: string, character: string) {
  const socket = await rawSocket(service.url)
  const closed = untilClosed(socket)
  socket.write(text)
  const timer = setInterval(() => socket.write(character), 100)
  try {
    return await closed
  } finally {
    clearInterval(timer)
  }
}

describe('bodies in chunks of one byte', () => {
  const chunks = (text: string) => text.replaceAll(/./gs, '1\r\n$&\r\n')

  it.each([
    ['a JSON body', generate, 'application/json'],
    ['an upload', '/api/v1/uploads', 'text/csv'],
  ])('%s: 400, and the connection ends', async (_, path, type) => {
    const headers = head(path, { key: service.apiKey, bytes: 'chunked', type })
    const { text } = await sent(`${headers}${chunks(' '.repeat(60_000))}`)
    expectClosingProblem(text, 400, 'INVALID_REQUEST')
    expect(text).toContain('chunks')
  })

  it('are accepted when the body is short', async () => {
    const body = JSON.stringify({ ...report, validateOnly: true })
    const headers = head(generate, { key: service.apiKey, bytes: 'chunked' })
    const closing = headers.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')
    expect(answerOf((await sent(`${closing}${chunks(body)}0\r\n\r\n`)).text).status).toBe(200)
  })
})

describe('slow clients are disconnected', () => {
  it.each([
    ['that send nothing', ''],
    ['that stop within the request line', 'GET /heal'],
    ['that stop within the headers', 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: '],
  ])('%s: 408', async (_, text) => {
    const { text: answer, ms } = await sent(text)
    expectClosingProblem(answer, 408, 'REQUEST_TIMEOUT')
    expect(ms).toBeGreaterThan(timeouts.headersMs * 0.9)
    expect(ms).toBeLessThan(timeouts.headersMs + lateMs)
  })

  it('that send their headers slowly: 408', async () => {
    const { text, ms } = await dribbled('GET /healthz HTTP/1.1\r\nX-Slow: ', 'x')
    expectClosingProblem(text, 408, 'REQUEST_TIMEOUT')
    expect(ms).toBeLessThan(timeouts.headersMs + lateMs)
  })

  it.each([
    ['a JSON body', generate, 1000, 'application/json'],
    ['a chunked JSON body', generate, 'chunked', 'application/json'],
    ['an upload', '/api/v1/uploads', 1000, 'text/csv'],
    ['a chunked upload', '/api/v1/uploads', 'chunked', 'text/csv'],
  ] as const)('%s that stands still: 408, and nothing is kept', async (_, path, bytes, type) => {
    const chunk = bytes === 'chunked' ? '2\r\n{ \r\n' : '{ '
    const { text, ms } = await sent(head(path, { key: service.apiKey, bytes, type }) + chunk)
    expectClosingProblem(text, 408, 'REQUEST_TIMEOUT')
    expect(ms).toBeGreaterThan(timeouts.idleMs * 0.9)
    expect(ms).toBeLessThan(timeouts.idleMs + lateMs)
    const folder = join(service.dataDir, 'files', 'uploads')
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([])
  })

  it('that send a JSON body slowly: 408 after the timeout', async () => {
    const { text, ms } = await dribbled(head(generate, { key: service.apiKey, bytes: 1000 }), ' ')
    expectClosingProblem(text, 408, 'REQUEST_TIMEOUT')
    expect(ms).toBeGreaterThan(timeouts.jsonMs * 0.9)
    expect(ms).toBeLessThan(timeouts.jsonMs + lateMs)
  })

  it.each([
    ['an upload', 1000],
    ['a chunked upload', 'chunked'],
  ] as const)('%s slower than the minimum rate: 408, and nothing is stored', async (_, bytes) => {
    const socket = await rawSocket(service.url)
    const closed = untilClosed(socket)
    socket.write(head('/api/v1/uploads', { key: service.apiKey, bytes, type: 'text/csv' }))
    // Two bytes a second: never idle long enough to be cut for that.
    const timer = setInterval(() => socket.write(bytes === 'chunked' ? '1\r\na\r\n' : 'a'), 500)
    const { text, ms } = await closed
    clearInterval(timer)
    expectClosingProblem(text, 408, 'REQUEST_TIMEOUT')
    expect(answerOf(text).body.detail).toMatch(/slower than 3 bytes per second/)
    expect(ms).toBeGreaterThan(timeouts.rateMs * 0.9)
    expect(ms).toBeLessThan(timeouts.rateMs + lateMs)
    const folder = join(service.dataDir, 'files', 'uploads')
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([])
  })

  it('but not an upload at the minimum rate, for any duration', async () => {
    const socket = await rawSocket(service.url)
    const closed = untilClosed(socket)
    const lines = 14
    socket.write(
      head('/api/v1/uploads', { key: service.apiKey, bytes: 2 * lines, type: 'text/csv' }).replace(
        'Host',
        'Connection: close\r\nHost',
      ),
    )
    for (let line = 0; line < lines; line += 1) {
      await delay(timeouts.idleMs / 6)
      socket.write('a\n')
    }
    const { text, ms } = await closed
    expect(text).toMatch(/^HTTP\/1\.1 201 /)
    expect(ms).toBeGreaterThan(timeouts.jsonMs)
    await onDatabase(service, 'delete from uploads')
  })

  it('that stop reading a download, but not one that reads slowly', async () => {
    const path = await submitted(service, {
      ...report,
      format: 'JSON',
      dateRange: { fromDate: '2014-01-01', toDate: '2017-12-31' },
    })
    const { result } = await ended(service, path)
    const { downloadUrl, size } = result as { downloadUrl: string; size: number }
    // Larger than the socket buffers of both sides.
    const repeated = Math.ceil(40_000_000 / size)
    const folder = join(service.dataDir, 'files')
    await enlarge(folder, path.slice(-36), repeated)

    const stuck = await rawSocket(service.url)
    stuck.write(`GET ${downloadUrl} HTTP/1.1\r\nHost: x\r\n\r\n`)
    await delay(timeouts.readerMs * 3)
    await untilClosed(stuck)
    expect(stuck.bytesRead).toBeLessThan(size * repeated)

    const slow = await rawSocket(service.url)
    slow.write(`GET ${downloadUrl} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    const closed = untilClosed(slow)
    const timer = setInterval(() => {
      slow.pause()
      setTimeout(() => slow.resume(), timeouts.readerMs / 5)
    }, timeouts.readerMs / 2.5)
    await closed
    clearInterval(timer)
    expect(slow.bytesRead).toBeGreaterThan(size * repeated)
  })
})

/** Makes an operation's file larger by a factor, in storage and in its row. */
async function enlarge(folder: string, operationId: string, times: number) {
  const ofOperation = join(folder, 'operations', operationId)
  for (const name of readdirSync(ofOperation)) {
    const bytes = await readFile(join(ofOperation, name))
    await writeFile(join(ofOperation, name), Buffer.concat(Array.from({ length: times }, () => bytes)))
  }
  await onDatabase(service, `update files set size_bytes = size_bytes * ${times} where operation_id = '${operationId}'`)
}

describe('a request that cannot be parsed', () => {
  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['a header without a colon', 'GET /healthz HTTP/1.1\r\nHost: x\r\nwrong\r\n\r\n', 400, 'INVALID_REQUEST'],
    [
      'two lengths',
      'POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'INVALID_REQUEST',
    ],
    [
      'Content-Length and Transfer-Encoding together',
      'POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'INVALID_REQUEST',
    ],
    [
      'headers over 16 KiB',
      `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(17_000)}\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
    ['a URL over 16 KiB', `GET /${'x'.repeat(17_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
    ['over 100 headers', `GET /healthz HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(100)}\r\n`, 431, 'HEADERS_TOO_LARGE'],
    [
      'thousands of headers',
      `GET /healthz HTTP/1.1\r\nHost: x\r\n${'X:\r\n'.repeat(3000)}\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
  ])('%s: %i %s', async (_, text, status, code) => {
    const { text: answer } = await sent(text)
    expectClosingProblem(answer, status, code)
  })

  it('an id of 10 KB is a 404, and 100 headers are accepted', async () => {
    const answer = await ask(service, `/api/v1/operations/op_${'1'.repeat(10_000)}`)
    expect(answer.status).toBe(404)
    const headers = Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`x-header-${index}`, 'y']))
    expect((await ask(service, '/healthz', { headers })).status).toBe(200)
  })

  it('a broken chunk within a body: 400, and nothing is stored', async () => {
    const { text } = await sent(`${head(generate, { key: service.apiKey, bytes: 'chunked' })}zz\r\n`)
    expectClosingProblem(text, 400, 'INVALID_REQUEST')
  })
})
