import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { discards } from '../../server/database/schema/files.ts'
import { imports, openRig, type Rig } from './rig.ts'

const imported = { rowsRead: 0, rowsLoaded: 0, rowsUnchanged: 0, rowsRejected: 0 }
const chunkBytes = 10_000

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterAll(() => rig.close())

/** Bytes of all result files on disk, including incomplete ones. */
async function bytesOnDisk(): Promise<number> {
  const entries = await readdir(rig.folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

test('incomplete result files count: the running operations of one owner together never exceed its quota', async () => {
  const release = Promise.withResolvers<void>()
  const written: string[] = []
  async function* source(operationId: string) {
    for (let chunk = 0; chunk < 4; chunk++) yield 'x'.repeat(chunkBytes)
    written.push(operationId)
    await release.promise
  }
  rig.work({
    ownerStorage: { bytes: 10 * chunkBytes, files: 100 },
    handlers: imports(async (ctx) => {
      await ctx.files.create({ name: 'a.csv', mediaType: 'text/csv' }, source(ctx.operationId))
      return imported
    }),
  })
  const running = [await rig.submit(), await rig.submit()]
  await expect.poll(() => written.length).toBe(2)
  const third = await rig.until((await rig.submit()).operationId, 'FAILED')
  expect(third).toMatchObject({ attempt: 1, error: { code: 'STORAGE_FULL' } })
  expect(await bytesOnDisk()).toBe(8 * chunkBytes)
  release.resolve()
  for (const { operationId } of running) await rig.until(operationId, 'COMPLETED')
  expect(await rig.connection.db.$count(discards)).toBe(0)
})
