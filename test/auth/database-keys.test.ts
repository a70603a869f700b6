import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { generateKey } from '../../server/auth/api-key.ts'
import { type DatabaseKeys, openDatabaseKeys } from '../../server/auth/database-keys.ts'
import { findKeyById, insertKey, revokeKey } from '../../server/database/api-keys.ts'
import { type Connection, connect } from '../../server/database/connection.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let connection: Connection
/** Number of statements that looked up keys. */
let lookUps = 0
let nowMs: number
let keys: DatabaseKeys
beforeAll(async () => {
  database = await createDatabase()
  connection = connect(database.url, { poolSize: 4, applicationName: 'keys-test' })
  connection.sql.options.debug = (_connection, query) => {
    if (/from "api_keys"/.test(query) && /any\(/.test(query)) lookUps += 1
  }
})
beforeEach(() => {
  lookUps = 0
  nowMs = 1_000_000
  keys = openDatabaseKeys(connection.db, { now: () => nowMs })
  return () => keys.close()
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})

async function insertNewKey(more: { scopes?: string[]; expiresAt?: Date } = {}) {
  const { prefix, hash } = generateKey()
  const at = { ownerId: uuidv7(), keyId: uuidv7() }
  const key = { name: 'n', scopes: ['admin'], createdBy: 'script', prefix, hash, ...at, ...more }
  await insertKey(connection.db, { ...key, most: 100 })
  const revoke = () => revokeKey(connection.db, at)
  const lastUsedAt = async () => (await findKeyById(connection.db, at.keyId))?.lastUsedAt
  return { ...at, prefix, hash, revoke, lastUsedAt }
}

/** Looks up a key; always returns a promise. */
const lookUp = async (hash: string) => keys.callerOf(hash)

/** Waits for the background look-up: a later look-up is in the same batch. */
const untilLookedUp = () => keys.callerOf(generateKey().hash)

describe('a key in the database', () => {
  it('is looked up once, then found in memory', async () => {
    const { hash, ownerId, prefix } = await insertNewKey({ scopes: ['operations:read'] })
    const caller = {
      ownerId,
      scopes: new Set(['operations:read']),
      credential: hash,
      rateLimitKey: hash,
      actor: `key:${prefix}`,
    }
    expect(await keys.callerOf(hash)).toEqual(caller)
    nowMs += 9_999
    expect(keys.callerOf(hash)).toEqual(caller)
    expect(lookUps).toBe(1)
  })

  it('shares concurrent look-ups, and different keys share statements', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => insertNewKey()))
    const asking = all.flatMap(({ hash }) => [lookUp(hash), lookUp(hash), lookUp(hash)])
    const callers = await Promise.all(asking)
    expect(callers.every((caller) => caller !== undefined)).toBe(true)
    expect(lookUps).toBe(2)
  })

  it('is refused at most 25 s after another process revoked it', async () => {
    const { hash, revoke } = await insertNewKey()
    await keys.callerOf(hash)
    await revoke()
    nowMs += 9_999
    expect(keys.callerOf(hash)).toBeDefined()
    expect(lookUps).toBe(1)
    nowMs += 15_001
    expect(await keys.callerOf(hash)).toBeUndefined()
  })

  it('in use is looked up again in the background, and refused once that look-up finds it revoked', async () => {
    const { hash, revoke } = await insertNewKey()
    await keys.callerOf(hash)
    await revoke()
    nowMs += 10_000
    expect(keys.callerOf(hash)).toMatchObject({ credential: hash })
    await untilLookedUp()
    await untilLookedUp()
    expect(await keys.callerOf(hash)).toBeUndefined()
  })

  it('that this process revokes is refused at once, even if a running query has read it before', async () => {
    const { hash, revoke } = await insertNewKey()
    const pendingLookUp = keys.callerOf(hash)
    keys.revoked(hash)
    await pendingLookUp
    expect(keys.callerOf(hash)).toBeUndefined()
    await revoke()
    expect(await keys.recall([hash])).toEqual([])
  })

  it('is accepted until it expires, by the database’s clock', async () => {
    const { hash } = await insertNewKey({ expiresAt: new Date(Date.now() + 5000) })
    expect(await keys.callerOf(hash)).toBeDefined()
    nowMs += 5000
    expect(keys.callerOf(hash)).toBeUndefined()
    const { hash: expired } = await insertNewKey({ expiresAt: new Date(Date.now() - 1000) })
    expect(await keys.callerOf(expired)).toBeUndefined()
  })

  it('has its last use stored, at most once a minute', async () => {
    const { hash, lastUsedAt } = await insertNewKey()
    await keys.callerOf(hash)
    expect(await lastUsedAt()).toBeNull()
    await keys.close()
    const first = await lastUsedAt()
    expect(first).toBeInstanceOf(Date)
    nowMs += 60_000
    await keys.callerOf(hash)
    await keys.close()
    expect(await lastUsedAt()).toEqual(first)
  })
})

it('uses are stored while the service runs', async () => {
  const running = openDatabaseKeys(connection.db, { noteEveryMs: 20 })
  const { hash, lastUsedAt } = await insertNewKey()
  await running.callerOf(hash)
  await expect.poll(lastUsedAt).toBeTruthy()
  await running.close()
})

describe('an unknown key', () => {
  it('costs one statement when it is repeated, and different unknown keys share a statement', async () => {
    const { hash } = generateKey()
    expect(await keys.callerOf(hash)).toBeUndefined()
    for (let i = 0; i < 100; i++) expect(keys.callerOf(hash)).toBeUndefined()
    expect(lookUps).toBe(1)
    await Promise.all(Array.from({ length: 1000 }, () => lookUp(generateKey().hash)))
    expect(lookUps).toBeLessThanOrEqual(5)
  })

  it('is looked up again after 10 s', async () => {
    const { hash } = generateKey()
    await keys.callerOf(hash)
    nowMs += 10_001
    await keys.callerOf(hash)
    expect(lookUps).toBe(2)
  })
})

describe('recall', () => {
  it('finds the valid credentials among many in one statement', async () => {
    const [one, two, gone] = [await insertNewKey(), await insertNewKey(), await insertNewKey()]
    await gone.revoke()
    const validCallers = await keys.recall([one.hash, two.hash, gone.hash, generateKey().hash])
    expect(validCallers.map(({ credential }) => credential).sort()).toEqual([one.hash, two.hash].sort())
    expect(lookUps).toBe(1)
    expect(await keys.recall([])).toEqual([])
    expect(lookUps).toBe(1)
  })
})

describe('while the database is unavailable', () => {
  const whileUnavailable = async (meanwhile: () => Promise<void>) => {
    await connection.sql.unsafe('alter table api_keys rename to api_keys_away')
    try {
      await meanwhile()
    } finally {
      await connection.sql.unsafe('alter table api_keys_away rename to api_keys')
    }
  }

  it('a known key is accepted for 25 s, then the look-up fails; the key is never treated as unknown', async () => {
    const { hash } = await insertNewKey()
    await keys.callerOf(hash)
    await whileUnavailable(async () => {
      nowMs += 24_999
      expect(keys.callerOf(hash)).toBeDefined()
      await expect(untilLookedUp()).rejects.toThrow()
      nowMs += 1
      await expect(keys.callerOf(hash)).rejects.toThrow()
    })
    expect(await keys.callerOf(hash)).toBeDefined()
  })

  it('recall returns known keys until they expire, and rejects for an unknown one', async () => {
    const [stays, ends] = [await insertNewKey(), await insertNewKey({ expiresAt: new Date(Date.now() + 60_000) })]
    await keys.recall([stays.hash, ends.hash])
    await whileUnavailable(async () => {
      expect(await keys.recall([stays.hash, ends.hash])).toHaveLength(2)
      nowMs += 60_000
      expect(await keys.recall([stays.hash, ends.hash])).toMatchObject([{ credential: stays.hash }])
      await expect(keys.recall([generateKey().hash])).rejects.toThrow()
    })
  })
})
