import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DiskFull, diskStore, FileMissing, type FileStore, FileTooLarge } from '../../server/files/store.ts'

let folder: string
let store: FileStore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longrun-store-'))
  store = diskStore(join(folder, 'made', 'on', 'demand'))
})
afterEach(() => rm(folder, { recursive: true }))

const everyFile = async () => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}

async function text(key: string, range?: { start: number; end: number }) {
  return Buffer.concat(await Array.fromAsync(await store.read(key, range))).toString()
}

async function* chunks(...parts: (string | Uint8Array)[]) {
  yield* parts
}

describe('write', () => {
  test('text and bytes are stored unchanged, with their size and hash', async () => {
    const written = await store.write('a/b', chunks('Ünïcode ', Buffer.from([0, 255]), ''))
    const content = Buffer.concat([Buffer.from('Ünïcode '), Buffer.from([0, 255])])
    expect(written).toEqual({ sizeBytes: 12, sha256: createHash('sha256').update(content).digest('hex') })
    expect(Buffer.concat(await Array.fromAsync(await store.read('a/b')))).toEqual(content)
  })

  test('an empty source creates an empty file', async () => {
    expect(await store.write('empty', chunks())).toMatchObject({ sizeBytes: 0 })
    expect(await text('empty')).toBe('')
  })

  test('a source that fails leaves nothing, and an earlier file stays complete', async () => {
    await store.write('a', chunks('first'))
    async function* failing() {
      yield 'second'
      throw new Error('the source broke')
    }
    await expect(store.write('a', failing())).rejects.toThrow('the source broke')
    await expect(store.write('new', failing())).rejects.toThrow('the source broke')
    expect(await everyFile()).toEqual(['a'])
    expect(await text('a')).toBe('first')
  })

  test('a key has no content before its last byte is written', async () => {
    const release = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    async function* slow() {
      yield 'one '
      begun.resolve()
      await release.promise
      yield 'two'
    }
    const writing = store.write('a', slow())
    await begun.promise
    await expect(store.read('a')).rejects.toBeInstanceOf(FileMissing)
    release.resolve()
    await writing
    expect(await text('a')).toBe('one two')
  })

  test('an abort leaves nothing, even when the source hangs and ignores it', async () => {
    const abort = new AbortController()
    const begun = Promise.withResolvers<void>()
    async function* stuck() {
      yield 'one'
      begun.resolve()
      await new Promise(() => {})
    }
    const writing = store.write('a', stuck(), { signal: abort.signal })
    await begun.promise
    abort.abort(new Error('enough'))
    await expect(writing).rejects.toThrow('enough')
    expect(await everyFile()).toEqual([])
  })

  test('a signal that is already aborted leaves nothing', async () => {
    await expect(store.write('a', chunks('one'), { signal: AbortSignal.abort() })).rejects.toThrow()
    expect(await everyFile()).toEqual([])
  })

  test('a disk with too little free space refuses bytes at the start and within a file, and keeps nothing', async () => {
    let free = 1000
    const small = diskStore(join(folder, 'small'), { minFreeBytes: 1000, freeBytes: async () => free })
    await small.write('fits', chunks('12345'))
    async function* filling() {
      yield '12345'
      free = 999
      for (;;) {
        yield '6'
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    await expect(small.write('more', filling())).rejects.toBeInstanceOf(DiskFull)
    await expect(small.write('later', chunks('1'))).rejects.toBeInstanceOf(DiskFull)
    await expect(small.read('more')).rejects.toBeInstanceOf(FileMissing)
    expect(await readdir(join(folder, 'small'))).toEqual(['fits'])
  })

  test('up to maxBytes is kept; one byte more is FileTooLarge and leaves nothing', async () => {
    await store.write('fits', chunks('12345', '67890'), { maxBytes: 10 })
    await expect(store.write('more', chunks('12345', '678901'), { maxBytes: 10 })).rejects.toBeInstanceOf(FileTooLarge)
    expect(await everyFile()).toEqual(['fits'])
  })

  test('the source is closed when the write fails', async () => {
    let closed = false
    async function* endless() {
      try {
        for (;;) yield 'more'
      } finally {
        closed = true
      }
    }
    await expect(store.write('a', endless(), { maxBytes: 10 })).rejects.toBeInstanceOf(FileTooLarge)
    expect(closed).toBe(true)
  })
})

test('a range includes both its ends', async () => {
  await store.write('a', chunks('0123456789'))
  expect(await text('a', { start: 2, end: 4 })).toBe('234')
  expect(await text('a', { start: 9, end: 9 })).toBe('9')
})

test('a deleted key is missing, and may be deleted again', async () => {
  await store.write('a', chunks('x'))
  await store.delete('a')
  await expect(store.read('a')).rejects.toBeInstanceOf(FileMissing)
  await store.delete('a')
})

test('a delete removes the remains of a writer that died, and the folder that becomes empty', async () => {
  const nested = join(folder, 'made', 'on', 'demand')
  await store.write('some/other', chunks('x'))
  await mkdir(join(nested, 'dead'))
  await writeFile(join(nested, 'dead', 'a.partial'), 'half a fi')
  await store.delete('dead/a')
  await store.delete('some/a')
  expect(await readdir(nested)).toEqual(['some'])
  expect(await everyFile()).toEqual(['other'])
})

test('concurrent writes and deletes in one folder succeed', async () => {
  const keys = Array.from({ length: 100 }, (_, index) => `shared/${index}`)
  const turns = keys.map(async (key) => {
    await store.write(key, chunks(key))
    expect(await text(key)).toBe(key)
    await store.delete(key)
  })
  await Promise.all(turns)
  expect(await everyFile()).toEqual([])
})

test('a second writer of a key is refused, and the first writer’s file is complete', async () => {
  const release = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  async function* slow() {
    yield 'one '
    begun.resolve()
    await release.promise
    yield 'two'
  }
  const first = store.write('a', slow())
  await begun.promise
  await expect(store.write('a', chunks('other'))).rejects.toMatchObject({ code: 'EEXIST' })
  release.resolve()
  await first
  expect(await text('a')).toBe('one two')
})

test.each([
  '',
  '../a',
  'a/../b',
  '/a',
  'a/',
  'a//b',
  'a.b',
  'A',
  'a\0',
  'a\\b',
  'a b',
  '.a',
  'ä',
  '%2e%2e',
  'a\n',
  'x'.repeat(201),
])('the key %j is refused by write, read and delete', async (key) => {
  await expect(store.write(key, chunks('x'))).rejects.toBeInstanceOf(TypeError)
  await expect(store.read(key)).rejects.toBeInstanceOf(TypeError)
  await expect(store.delete(key)).rejects.toBeInstanceOf(TypeError)
  expect(await everyFile()).toEqual([])
})
