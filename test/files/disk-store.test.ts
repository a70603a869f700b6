import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diskStore } from '../../server/files/disk-store.ts'
import { DiskFull, FileMissing, type FileStore } from '../../server/files/store.ts'
import { heldSource } from './held-source.ts'
import { chunks } from './stores.ts'

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

async function text(key: string) {
  return Buffer.concat(await Array.fromAsync(await store.read(key))).toString()
}

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

test('a second writer of a key is refused, and the first writer’s file is complete', async () => {
  const held = heldSource()
  const first = store.write('a', held.source)
  await held.begun
  await expect(store.write('a', chunks('other'))).rejects.toMatchObject({ code: 'EEXIST' })
  held.release()
  await first
  expect(await text('a')).toBe('one two')
})
