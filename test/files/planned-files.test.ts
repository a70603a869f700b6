import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import type { Db } from '../../server/database/db.ts'
import { deleteDiscards, lockDue } from '../../server/database/files/discards.ts'
import { discards } from '../../server/database/schema/files.ts'
import { deleteNow, deleteTaken } from '../../server/files/discards.ts'
import { diskStore } from '../../server/files/disk-store.ts'
import { storePlanned } from '../../server/files/planned.ts'
import { FileMissing, type FileStore } from '../../server/files/store.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { heldSource } from './held-source.ts'

let database: TestDatabase
let connection: Connection
let db: Db
let folder: string
let files: FileStore
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 10, applicationName: 'planned-files-test' })
  db = connection.db
  folder = await mkdtemp(join(tmpdir(), 'longrun-planned-'))
  files = diskStore(folder)
})
afterEach(() => db.execute(sql`truncate discards`))
afterAll(async () => {
  await connection.close()
  await database.drop()
  await rm(folder, { recursive: true })
})

const rows = () => db.select().from(discards)
const makeDue = () => db.update(discards).set({ dueAt: sql`now() - interval '1 second'` })
const isThere = async (key: string) => (await files.read(key)).destroy()
const isMissing = (key: string) => expect(files.read(key)).rejects.toBeInstanceOf(FileMissing)

async function* text(content: string) {
  yield content
}

describe('a planned file', () => {
  test('is listed in discards until its row is written', async () => {
    const { source, begun, release } = heldSource()
    const stored = storePlanned({ db, files }, 'a/1', source, {}, async (tx, written) => {
      expect(await rows()).toHaveLength(1)
      expect(await tx.select().from(discards)).toEqual([])
      return written.sizeBytes
    })
    await begun
    const planned = { storageKey: 'a/1', dueAt: expect.any(Date), ownerId: null, reservedBytes: 0 }
    expect(await rows()).toEqual([planned])
    release()
    expect(await stored).toBe(7)
    expect(await rows()).toEqual([])
  })

  test('leaves neither bytes nor a reservation when the bytes or the row cannot be written', async () => {
    async function* broken() {
      yield 'half'
      throw new Error('the source broke')
    }
    const never = () => Promise.reject(new Error('no row'))
    await expect(storePlanned({ db, files }, 'a/2', broken(), {}, never)).rejects.toThrow('the source broke')
    await expect(storePlanned({ db, files }, 'a/3', text('x'), {}, never)).rejects.toThrow('no row')
    await isMissing('a/2')
    await isMissing('a/3')
    expect(await rows()).toEqual([])
  })

  test('is extended while it is written', async () => {
    const { source, begun, release } = heldSource()
    const stored = storePlanned({ db, files }, 'a/4', source, { aheadSeconds: 0.6 }, async () => 'registered')
    await begun
    const [first] = await rows()
    await expect
      .poll(async () => (await rows())[0]?.dueAt.getTime(), { interval: 20 })
      .toBeGreaterThan((first?.dueAt.getTime() ?? 0) + 600)
    expect(await lockDue(db, 10)).toEqual([])
    release()
    expect(await stored).toBe('registered')
  })

  test('gets no row once it has been taken for deletion, even before its bytes are deleted', async () => {
    const { source, begun, release } = heldSource()
    const stored = storePlanned({ db, files }, 'a/5', source, {}, async () => 'registered')
    await begun
    await makeDue()
    expect(await lockDue(db, 10)).toEqual(['a/5'])
    release()
    await expect(stored).rejects.toThrow('was discarded')
    await isMissing('a/5')
    expect(await rows()).toEqual([])
  })

  test('leaves no bytes when they arrive after its key was deleted', async () => {
    // The writer is frozen before its bytes are stored, as a small object in S3 is by one request.
    const late: FileStore = {
      ...files,
      async write(key, source, options) {
        await makeDue()
        expect(await deleteTaken({ db, files }, await lockDue(db, 10))).toEqual([])
        return files.write(key, source, options)
      },
    }
    const stored = storePlanned({ db, files: late }, 'a/12', text('x'), {}, async () => 'registered')
    await expect(stored).rejects.toThrow('was discarded')
    await isMissing('a/12')
    expect(await rows()).toEqual([])
  })

  test('is abandoned at once when the writer finds that it was taken', async () => {
    const { source, begun } = heldSource()
    const stored = storePlanned({ db, files }, 'a/6', source, { aheadSeconds: 0.3 }, async () => 'registered')
    const rejection = expect(stored).rejects.toThrow('was discarded')
    await begun
    await db.update(discards).set({ dueAt: sql`now() + interval '5 minutes'` })
    await rejection
    await isMissing('a/6')
  })

  test('keeps the bytes of its row when the response to the commit was lost', async () => {
    const losesCommitResponse = {
      db: new Proxy(db, {
        get(target, name) {
          if (name !== 'transaction') return Reflect.get(target, name)
          return async (work: (tx: Db) => Promise<unknown>) => {
            await target.transaction(work)
            throw new Error('connection lost')
          }
        },
      }),
      files,
    }
    const stored = storePlanned(losesCommitResponse, 'a/7', text('x'), {}, async () => 'registered')
    await expect(stored).rejects.toThrow('connection lost')
    await isThere('a/7')
  })
})

describe('discards that are due', () => {
  test('are taken once by concurrent sweeps, the earliest first', async () => {
    await db.execute(sql`
      insert into discards select 'k/' || n, now() - n * interval '1 second' from generate_series(1, 500) n
      union all select 'later', now() + interval '1 minute'`)
    expect(await lockDue(db, 1)).toEqual(['k/500'])
    const taken = await Promise.all(Array.from({ length: 8 }, () => lockDue(db, 100)))
    expect(new Set(taken.flat()).size).toBe(taken.flat().length)
    await deleteDiscards(db, [...taken.flat(), 'k/500'])
    const left = await lockDue(db, 1000)
    expect(taken.flat().length + left.length).toBe(499)
  })

  test('stay for a later attempt when the store fails, and are returned with the cause', async () => {
    await files.write('a/8', text('x'))
    await files.write('a/9', text('x'))
    await db.insert(discards).values(['a/8', 'a/9'].map((storageKey) => ({ storageKey, dueAt: new Date() })))
    const cause = new Error('the store is away')
    const away: FileStore = { ...files, delete: (key) => (key === 'a/8' ? Promise.reject(cause) : files.delete(key)) }
    expect(await deleteTaken({ db, files: away }, await lockDue(db, 10))).toEqual([{ storageKey: 'a/8', cause }])
    await isMissing('a/9')
    expect(await lockDue(db, 10)).toEqual([])
    await makeDue()
    expect(await deleteTaken({ db, files }, await lockDue(db, 10))).toEqual([])
    await isMissing('a/8')
    expect(await rows()).toEqual([])
  })

  test('are deleted now on request; a key that is not among the discards keeps its bytes', async () => {
    await files.write('a/10', text('x'))
    await files.write('a/11', text('x'))
    await db.insert(discards).values({ storageKey: 'a/10', dueAt: new Date() })
    expect(await deleteNow({ db, files }, ['a/10', 'a/11'])).toEqual([])
    await isMissing('a/10')
    await isThere('a/11')
    expect(await db.select().from(discards).where(eq(discards.storageKey, 'a/10'))).toEqual([])
  })
})
