import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requireWritable } from '../../server/files/disk-store.ts'
import { mountSmallDisk } from '../faults/small-disk.ts'
import { ask, ended, expectProblem, submitted } from '../http/requests.ts'
import { startTestService, type TestService } from '../support/service.ts'

const run = promisify(execFile)
const disk = await mountSmallDisk(1)
const words = 'this machine lets us mount no disk: it takes Linux, root, and the right to mount'
const remount = (mode: 'ro' | 'rw') => run('mount', ['-o', `remount,${mode}`, disk?.folder as string])

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longrun-files-'))
})
afterAll(async () => {
  await disk?.unmount()
  await rm(folder, { recursive: true })
})

/** Fills the disk completely. */
async function fill(path: string) {
  await writeFile(path, Buffer.alloc(2 ** 20)).catch(() => {})
}

describe('at the start, a folder for files is refused in one sentence', () => {
  const refused = (reason: string) =>
    new RegExp(`^The folder for files /.* cannot be written \\(${reason}\\): .*FILES_URL\\.$`)

  it('that is below a file', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    await expect(requireWritable(join(file, 'files'))).rejects.toThrow(refused('ENOTDIR'))
  })

  it.skipIf(process.platform !== 'linux')('that cannot be created', async () => {
    await expect(requireWritable('/proc/longrun/files')).rejects.toThrow(refused('ENOENT'))
  })

  it('and one that does not exist is created with its parents', async () => {
    await requireWritable(join(folder, 'a/b/c'))
    await requireWritable(join(folder, 'a/b/c'))
  })

  it.skipIf(!disk)(`that is read-only (${disk ? 'mounted' : words})`, async () => {
    await remount('ro')
    await expect(requireWritable(disk?.folder as string)).rejects.toThrow(refused('EROFS'))
    await remount('rw')
    await requireWritable(disk?.folder as string)
  })

  it.skipIf(!disk)(`that is on a full disk (${disk ? 'mounted' : words})`, async () => {
    const ballast = join(disk?.folder as string, 'ballast')
    await fill(ballast)
    await expect(requireWritable(disk?.folder as string)).rejects.toThrow(refused('ENOSPC'))
    await rm(ballast)
    await requireWritable(disk?.folder as string)
  })
})

describe.skipIf(!disk)(`a service whose folder for files is unavailable (${disk ? 'mounted' : words})`, () => {
  let service: TestService
  beforeAll(async () => {
    service = await startTestService({ FILES_URL: `file://${disk?.folder}`, FILES_MIN_FREE_BYTES: '0' })
  })
  afterAll(() => service.close())

  const upload = (body: string) =>
    ask(service, '/api/v1/uploads', { method: 'POST', headers: { 'content-type': 'text/csv' }, body })

  it.each([
    { fault: 'read-only', begin: () => remount('ro'), end: () => remount('rw'), code: 'UNAVAILABLE' },
    {
      fault: 'full',
      begin: () => fill(join(disk?.folder as string, 'ballast')),
      end: () => rm(join(disk?.folder as string, 'ballast')),
      code: 'DISK_FULL',
    },
  ])('because it is $fault: uploads get 503, and attempts go back uncharged and complete later', async ({
    begin,
    end,
    code,
  }) => {
    await begin()
    const refused = await upload('a,b\n1,2\n')
    expectProblem(refused, 503, code)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    const path = await submitted(service)
    await expect.poll(async () => (await ask(service, `${path}/events`)).text).toContain('the storage was unavailable')
    await end()
    expect(await ended(service, path)).toMatchObject({ status: 'COMPLETED' })
    expect((await upload('a,b\n1,2\n')).status).toBe(201)
  })
})
