import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { diskStore } from '../../server/files/disk-store.ts'
import { parseFilesUrl, type S3Location } from '../../server/files/location.ts'
import { s3Store } from '../../server/files/s3-store.ts'
import type { FileStore } from '../../server/files/store.ts'
import { startS3 } from '../support/s3/server.ts'

export type OpenedStore = {
  store: FileStore
  /** Everything that is stored: files, and partial files or unfinished multipart uploads. */
  stored(): Promise<string[]>
  close(): Promise<void>
}

/** The stores that must behave alike. */
export const stores: { name: string; open(): Promise<OpenedStore> }[] = [
  { name: 'disk', open: openDisk },
  { name: 'S3 (fauxqs)', open: () => openS3('fauxqs') },
  { name: 'S3 (s3rver)', open: () => openS3('s3rver') },
]

async function openDisk(): Promise<OpenedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'longrun-store-'))
  return {
    store: diskStore(join(folder, 'made', 'on', 'demand')),
    async stored() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      const files = entries.filter((entry) => entry.isFile())
      return files.map(({ parentPath, name }) => relative(join(folder, 'made', 'on', 'demand'), join(parentPath, name)))
    },
    close: () => rm(folder, { recursive: true }),
  }
}

async function openS3(name: 'fauxqs' | 's3rver'): Promise<OpenedStore> {
  const s3 = await startS3(name)
  return {
    store: s3Store(locationOf(s3.filesUrl())),
    stored: async () => [...(await s3.objects()), ...s3.unfinished()],
    close: s3.close,
  }
}

export function locationOf(filesUrl: string): S3Location {
  const location = parseFilesUrl(filesUrl)
  if (!('bucket' in location)) throw new Error('not a bucket')
  return location
}

export async function* chunks(...parts: (string | Uint8Array)[]) {
  yield* parts
}

/** A source of `mebibytes` chunks of 1 MiB, each different. */
export async function* large(mebibytes: number) {
  for (let index = 0; index < mebibytes; index++) yield Buffer.alloc(2 ** 20, index)
}
