import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import { keyedHash, type SealingKeys, seal, sealingKeys, unseal } from '../../server/database/sealed.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

const keys: SealingKeys = [randomBytes(32)]
const text = 'whsec_cänary'

describe('a sealed secret', () => {
  it('can be opened for its owner', () => {
    expect(unseal(keys, seal(keys, text, 'a'), 'a')).toBe(text)
  })

  it('differs each time and does not contain the text', () => {
    const sealed = [seal(keys, text, 'a'), seal(keys, text, 'a')]
    expect(sealed[0]).not.toBe(sealed[1])
    for (const one of sealed) expect(Buffer.from(one, 'base64').toString('latin1')).not.toContain('whsec')
  })

  it('cannot be opened for another owner', () => {
    expect(() => unseal(keys, seal(keys, text, 'a'), 'b')).toThrow(/another owner/)
  })

  it('cannot be opened when any byte has changed', () => {
    const sealed = Buffer.from(seal(keys, text, 'a'), 'base64')
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] as number) ^ 1
      expect(() => unseal(keys, changed.toString('base64'), 'a'), `byte ${at}`).toThrow()
    }
  })

  it.each(['', 'AQ==', 'no base64 at all'])('cannot be opened when it is truncated: %j', (sealed) => {
    expect(() => unseal(keys, sealed, 'a')).toThrow(/not a sealed text/)
  })

  it('can be opened with a key that is only used for opening, and not without it', () => {
    const old: SealingKeys = [randomBytes(32)]
    const sealed = seal(old, text, 'a')
    expect(unseal([keys[0], old[0]], sealed, 'a')).toBe(text)
    expect(() => unseal(keys, sealed, 'a')).toThrow(/SECRETS_KEY/)
  })
})

describe('a keyed hash', () => {
  it('is the same for the same key, text and owner, and differs for another one', () => {
    const other: SealingKeys = [randomBytes(32)]
    const hashes = [keyedHash(keys, text, 'a'), keyedHash(other, text, 'a'), keyedHash(keys, `${text}.`, 'a')]
    const all = [...hashes, keyedHash(keys, text, 'b')].map((each) => each.toString('hex'))
    expect(new Set(all).size).toBe(4)
    expect(keyedHash(keys, text, 'a').toString('hex')).toBe(all[0])
  })
})

describe('the keys', () => {
  let database: TestDatabase
  let connection: Connection
  beforeAll(async () => {
    database = await createDatabase()
    connection = connect(database.url, { poolSize: 2, applicationName: 'sealed-test' })
  })
  afterAll(async () => {
    await connection.close()
    await database.drop()
  })

  it('are stored in the database, the same for every process, when none is configured', async () => {
    const [mine, theirs] = [await sealingKeys(connection.db, undefined), await sealingKeys(connection.db, undefined)]
    expect(unseal(theirs, seal(mine, text, 'a'), 'a')).toBe(text)
  })

  it('start with the configured key, whose secrets cannot be opened without it', async () => {
    const configured = await sealingKeys(connection.db, randomBytes(32))
    const kept = await sealingKeys(connection.db, undefined)
    expect(unseal(configured, seal(kept, text, 'a'), 'a')).toBe(text)
    expect(() => unseal(kept, seal(configured, text, 'a'), 'a')).toThrow(/SECRETS_KEY/)
  })
})
