import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openFiles, openServiceFiles } from '../../server/files/open.ts'
import { s3Store } from '../../server/files/s3-store.ts'
import { DiskFull, FileMissing, StorageUnavailable } from '../../server/files/store.ts'
import type { Fault, Seen } from '../support/s3/gateway.ts'
import { accessKey, type S3Server, startS3 } from '../support/s3/server.ts'
import { chunks, large, locationOf } from './stores.ts'

let s3: S3Server
beforeAll(async () => {
  s3 = await startS3()
})
afterEach(async () => {
  s3.fault = undefined
  s3.conditional = true
  expect(s3.rejected).toEqual([])
  for (const key of [...(await s3.objects()), ...s3.unfinished()]) await open().delete(key)
  s3.seen.length = 0
})
afterAll(() => s3.close())

const open = (timeouts = {}) => s3Store(locationOf(s3.filesUrl()), { timeouts })
/** Short where a request is not answered. Elsewhere a busy machine would exceed them. */
const twice = (fault: Fault) =>
  open({ attempts: 2, ...(fault.kind === 'hang' ? { answerMs: 1500, idleMs: 1500 } : {}) })
const answer = (status: number, code: string, headers = {}): Fault => ({ kind: 'answer', status, code, headers })
const on = (operation: string, fault: Fault) => {
  s3.fault = (request) => (request.operation === operation ? fault : undefined)
}
/** The fault for the first request that matches. */
function onFirst(operation: string, fault: Fault) {
  let isDone = false
  s3.fault = (request: Seen) => {
    if (isDone || request.operation !== operation) return undefined
    isDone = true
    return fault
  }
}
const read = async (key: string) => Buffer.concat(await Array.fromAsync(await open().read(key))).toString()

describe('a request whose response is lost', () => {
  it.each([
    ['put', () => chunks('content')],
    ['complete', () => large(9)],
    ['part', () => large(9)],
    ['begin', () => large(9)],
  ])('is repeated: %s', async (operation, source) => {
    onFirst(operation, { kind: 'reset', executed: true })
    const { sizeBytes } = await open().write('a', source())
    expect((await read('a')).length).toBe(sizeBytes)
  })

  it('does not hide that another writer has stored the file', async () => {
    await open().write('a', chunks('first'))
    onFirst('put', { kind: 'reset' })
    await expect(open().write('a', chunks('second'))).rejects.toMatchObject({ code: 'EEXIST' })
    expect(await read('a')).toBe('first')
  })
})

describe('S3 that is away or hostile', () => {
  const faults: [string, Fault][] = [
    ['503 SlowDown', answer(503, 'SlowDown')],
    ['500', answer(500, 'InternalError')],
    ['403', answer(403, 'AccessDenied')],
    ['412', answer(412, 'PreconditionFailed')],
    ['404 NoSuchBucket', answer(404, 'NoSuchBucket')],
    ['a redirect to another host', answer(307, 'TemporaryRedirect', { location: 'http://127.0.0.1:1/' })],
    ['a permanent redirect', answer(301, 'PermanentRedirect', { location: 'http://127.0.0.1:1/' })],
    ['200 with an error in the body', answer(200, 'InternalError')],
    ['resets', { kind: 'reset' }],
    ['silence', { kind: 'hang' }],
  ]
  const operations = ['put', 'begin', 'part', 'complete']

  it.each(faults)(
    '%s: each kind of request fails as StorageUnavailable, in bounded time, and nothing is left',
    async (_, fault) => {
      for (const operation of operations) {
        on(operation, fault)
        const source = operation === 'put' ? chunks('x') : large(9)
        await expect(twice(fault).write('a', source), operation).rejects.toBeInstanceOf(StorageUnavailable)
        s3.fault = undefined
        await open().delete('a')
        expect([operation, ...(await s3.objects()), ...s3.unfinished()]).toEqual([operation])
      }
      await open().write('a', chunks('x'))
      on('get', fault)
      await expect(twice(fault).read('a')).rejects.toBeInstanceOf(StorageUnavailable)
      on('delete', fault)
      await expect(twice(fault).delete('a')).rejects.toBeInstanceOf(StorageUnavailable)
    },
    60_000,
  )

  it('a request is sent at most three times', async () => {
    on('put', answer(503, 'SlowDown'))
    await expect(open().write('a', chunks('x'))).rejects.toBeInstanceOf(StorageUnavailable)
    expect(s3.seen.filter(({ operation }) => operation === 'put')).toHaveLength(3)
  })

  it('a full store is DiskFull', async () => {
    on('put', answer(507, 'XMinioStorageFull'))
    await expect(open().write('a', chunks('x'))).rejects.toBeInstanceOf(DiskFull)
  })

  it('a hung request does not delay an abort, nor a part that fails a source that hangs', async () => {
    on('put', { kind: 'hang' })
    const abort = new AbortController()
    const writing = open({ answerMs: 600_000, idleMs: 600_000 }).write('a', chunks('x'), { signal: abort.signal })
    await expect.poll(() => s3.seen.some(({ operation }) => operation === 'put')).toBe(true)
    abort.abort(new Error('enough'))
    await expect(writing).rejects.toThrow('enough')
    on('part', answer(403, 'AccessDenied'))
    async function* stuck() {
      yield* large(9)
      await new Promise(() => {})
    }
    await expect(open().write('b', stuck())).rejects.toBeInstanceOf(StorageUnavailable)
  })

  it.each<[string, Fault]>([
    ['truncated', { kind: 'truncate', bytes: 3 }],
    ['with a smaller Content-Length than the range', { kind: 'truncate', bytes: 3, contentLength: 3 }],
    ['with a larger Content-Length', { kind: 'truncate', bytes: 5, contentLength: 500 }],
  ])('a body is refused that is %s', async (_, fault) => {
    await open().write('a', chunks('0123456789'))
    on('get', fault)
    const reading = async () => Array.fromAsync(await open().read('a', { start: 0, end: 9 }))
    await expect(reading()).rejects.toBeInstanceOf(StorageUnavailable)
  })

  it('a missing key is FileMissing; a missing bucket is not', async () => {
    await expect(open().read('missing')).rejects.toBeInstanceOf(FileMissing)
    on('get', answer(404, 'NoSuchBucket'))
    await expect(open().read('missing')).rejects.toBeInstanceOf(StorageUnavailable)
  })

  it('errors contain neither the key nor signatures', async () => {
    on('get', answer(403, 'SignatureDoesNotMatch'))
    const error = await open()
      .read('a')
      .catch((thrown: unknown) => thrown)
    const { inspect } = await import('node:util')
    const text = inspect(error, { depth: 20, showHidden: true })
    expect(text).toContain('SignatureDoesNotMatch')
    expect(text).not.toMatch(new RegExp(`${accessKey.secret}|AWS4-HMAC|Signature=`))
  })
})

it('temporary credentials are asked for again before they expire; without credentials requests fail as StorageUnavailable', async () => {
  const location = locationOf(s3.filesUrl())
  const keys = { accessKeyId: accessKey.id, secretAccessKey: accessKey.secret, sessionToken: 'session' }
  let asked = 0
  const files = await openFiles(location, async () => {
    asked += 1
    return { ...keys, expiration: new Date(Date.now() + (asked === 1 ? 60_000 : 3_600_000)) }
  })
  for (const key of ['a', 'b', 'c']) await files.write(key, chunks('x'))
  expect(asked).toBe(2)
  expect(s3.seen.every(({ headers }) => headers['x-amz-security-token'] === 'session')).toBe(true)
  const none = await openFiles(location, () => Promise.reject(new Error('none')))
  await expect(none.write('d', chunks('x'))).rejects.toBeInstanceOf(StorageUnavailable)
})

describe('delete', () => {
  it('aborts the unfinished upload of a writer that died, and no upload of another key', async () => {
    on('complete', { kind: 'hang' })
    const abort = new AbortController()
    const writing = ['a/dead', 'a/dead2'].map((key) =>
      open({ answerMs: 600_000, idleMs: 600_000 }).write(key, large(9), { signal: abort.signal }),
    )
    await expect.poll(() => s3.seen.filter(({ operation }) => operation === 'complete').length).toBe(2)
    expect(s3.unfinished().toSorted()).toEqual(['a/dead', 'a/dead2'])
    await open().delete('a/dead')
    expect(s3.unfinished()).toEqual(['a/dead2'])
    abort.abort()
    await Promise.allSettled(writing)
    await open().delete('a/dead2')
    expect(s3.unfinished()).toEqual([])
  })

  it.each([501, 405])('works where the server cannot list uploads: %s', async (status) => {
    await open().write('a', chunks('x'))
    on('list uploads', answer(status, status === 501 ? 'NotImplemented' : 'MethodNotAllowed'))
    await open().delete('a')
    expect(await s3.objects()).toEqual([])
  })

  it('fails where uploads may not be listed, so that the sweep reports it', async () => {
    on('list uploads', answer(403, 'AccessDenied'))
    await expect(open().delete('a')).rejects.toBeInstanceOf(StorageUnavailable)
  })
})

describe('the start', () => {
  const start = (parameters?: string) => openServiceFiles(locationOf(s3.filesUrl(parameters)))

  it('writes and deletes an object, and finds out whether writes can be conditional', async () => {
    expect(await start()).toMatchObject({ location: { region: 'us-east-1', unconditional: false } })
    expect(await s3.objects()).toEqual([])
    s3.conditional = false
    const { files, location } = await start()
    expect(location).toMatchObject({ unconditional: true })
    await files.write('a', chunks('x'))
    await files.write('b', large(9))
    expect(await s3.objects()).toEqual(['a', 'b'])
  })

  it.each([
    [
      answer(404, 'NoSuchBucket'),
      /^Files cannot be stored in the bucket files of FILES_URL \(NoSuchBucket\): create the bucket/,
    ],
    [answer(403, 'AccessDenied'), /\(AccessDenied\): grant the credentials the permissions that docs\/files.md lists/],
    [answer(403, 'InvalidAccessKeyId'), /\(InvalidAccessKeyId\): set AWS_ACCESS_KEY_ID/],
    [answer(301, 'PermanentRedirect'), /\(PermanentRedirect\): set the region of the bucket in FILES_URL/],
    [answer(503, 'SlowDown'), /\(SlowDown\): check the bucket, the region and the endpoint/],
  ])('is refused with the reason and the remedy: %o', async (fault, words) => {
    on('put', fault)
    await expect(start()).rejects.toThrow(words)
  })

  it('is refused where nothing listens, and where nobody answers', async () => {
    const location = locationOf(s3.filesUrl())
    const closed = openServiceFiles({ ...location, endpoint: 'http://127.0.0.1:1' })
    await expect(closed).rejects.toThrow(/\(ECONNREFUSED\): check/)
    const silent = createServer(() => {})
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    await expect(openServiceFiles({ ...location, endpoint })).rejects.toThrow(/\(no answer within 20 seconds\): check/)
    silent.close()
  }, 40_000)
})
