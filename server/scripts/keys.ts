/** `npm run keys -- create | list | revoke`: API keys of any owner, whether or not the service runs. */
import { parseArgs } from 'node:util'
import { generateKey, maxKeys, scopes } from '../auth/api-key.ts'
import { formatId, parseId } from '../contract/ids.ts'
import { findKeyById, findKeysByPrefix, insertKey, type KeyRow, listKeys, revokeKey } from '../database/api-keys.ts'
import type { Db } from '../database/db.ts'
import { OperatorError } from '../domain/operator-error.ts'
import { newId } from '../lib/new-id.ts'
import { visitDatabase } from './open-database.ts'

const usage = `npm run keys -- create --owner NAME [--name TEXT] [--scopes a,b] [--expires 90d]
npm run keys -- list [--owner NAME]
npm run keys -- revoke KEY_ID_OR_PREFIX

--scopes   some of ${scopes.join(', ')}; without it, all
--expires  after so many days, hours or minutes: 90d, 12h, 30m; without it, never
The database is that of DATABASE_URL, or the embedded one in DATA_DIR.`

class UsageError extends OperatorError {}

const options = {
  owner: { type: 'string' },
  name: { type: 'string' },
  scopes: { type: 'string' },
  expires: { type: 'string' },
} as const

type Options = { [Name in keyof typeof options]?: string }
type Command = (db: Db) => Promise<void>

function commandOf(argv: string[]): Command {
  const { values, positionals } = parsed(argv)
  const [command, ...rest] = positionals
  const only = (allowed: readonly string[], places: number) => {
    const stray = Object.keys(values).find((name) => !allowed.includes(name))
    if (stray) throw new UsageError(`${command} takes no --${stray}.`)
    if (rest.length !== places) throw new UsageError(places ? 'Name one key.' : `${command} takes options only.`)
  }
  if (command === 'create') {
    only(Object.keys(options), 0)
    return creating(values)
  }
  if (command === 'list') {
    only(['owner'], 0)
    return listing(values.owner)
  }
  if (command === 'revoke') {
    only([], 1)
    return revoking(rest[0] ?? '')
  }
  throw new UsageError('Give a command: create, list or revoke.')
}

function parsed(argv: string[]): { values: Options; positionals: string[] } {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function creating({ owner = '', name = 'made by the script', scopes: listed, expires }: Options): Command {
  if (!/^[^:\s\p{C}]{1,100}$/u.test(owner)) {
    throw new UsageError('--owner must be 1 to 100 characters, without spaces and colons.')
  }
  if (!/^[^\p{Cc}]{1,100}$/u.test(name)) throw new UsageError('--name must be 1 to 100 characters.')
  const chosen = listed === undefined ? [...scopes] : [...new Set(listed.split(',').map((scope) => scope.trim()))]
  const known: readonly string[] = scopes
  if (!chosen.every((scope) => known.includes(scope))) {
    throw new UsageError(`--scopes must be some of ${scopes.join(', ')}, joined by commas.`)
  }
  const expiresAt = expires === undefined ? undefined : afterwards(expires)
  return async (db) => {
    const { key, prefix, hash } = generateKey()
    const made = { keyId: newId(), ownerId: owner, name, scopes: chosen, prefix, hash, expiresAt, createdBy: 'script' }
    const row = await insertKey(db, { ...made, most: maxKeys })
    if (!row) throw new OperatorError(`${owner} has ${maxKeys} active keys: revoke one first.`)
    const until = expiresAt ? `until ${expiresAt.toISOString()}` : 'until it is revoked'
    console.error(`${formatId('key', row.keyId)} of ${owner} may ${chosen.join(', ')} ${until}.`)
    console.error('The key is shown this once; only its hash is kept:')
    // The key alone on standard output, so that a shell can assign it to a variable.
    console.log(key)
  }
}

function afterwards(text: string): Date {
  const [, count, unit = ''] = /^([1-9]\d{0,5})([dhm])$/.exec(text) ?? []
  const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000 }[unit]
  if (!unitMs) throw new UsageError('--expires must be a number of days, hours or minutes, as 90d, 12h or 30m.')
  return new Date(Date.now() + Number(count) * unitMs)
}

const pageSize = 500

function listing(ownerId: string | undefined): Command {
  return async (db) => {
    const lines: string[][] = []
    for (let before: string | undefined; ; ) {
      const rows = await listKeys(db, { ownerId, before, limit: pageSize })
      lines.push(...rows.map(lineOf))
      before = rows.at(-1)?.keyId
      if (rows.length < pageSize) break
    }
    if (lines.length === 0) return console.error(ownerId ? `${ownerId} has no keys.` : 'There are no keys.')
    const table = [['ID', 'PREFIX', 'OWNER', 'STATE', 'SCOPES', 'LAST USED', 'EXPIRES', 'NAME'], ...lines]
    const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? []
    for (const line of table)
      console.log(
        line
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd(),
      )
  }
}

function lineOf({ keyId, prefix, ownerId, state, scopes: may, lastUsedAt, expiresAt, name }: KeyRow): string[] {
  const day = (at: Date | null) => at?.toISOString().slice(0, 16).replace('T', ' ') ?? 'never'
  return [formatId('key', keyId), prefix, ownerId, state, may.join(','), day(lastUsedAt), day(expiresAt), name]
}

function revoking(text: string): Command {
  return async (db) => {
    const found = await keysNamed(db, text)
    const [row, another] = found
    if (!row) throw new OperatorError('There is no such key. The command list shows ids and prefixes.')
    if (another) {
      const ids = found.map(({ keyId }) => formatId('key', keyId)).join(', ')
      throw new OperatorError(`Several keys have this prefix. Name one by its id: ${ids}.`)
    }
    await revokeKey(db, row)
    console.error(
      `${formatId('key', row.keyId)} (${row.prefix}, of ${row.ownerId}) is revoked. It is refused after 30 seconds at the latest.`,
    )
  }
}

/** Finds keys by id, by prefix, or by the whole key, for example a leaked one. */
async function keysNamed(db: Db, text: string): Promise<KeyRow[]> {
  const keyId = parseId('key', text)
  if (keyId) return [await findKeyById(db, keyId)].filter((row) => row !== undefined)
  const prefix = /^lr_[0-9A-Za-z]{8}(?=_|$)/.exec(text)?.[0]
  return prefix ? findKeysByPrefix(db, prefix) : []
}

try {
  const command = commandOf(process.argv.slice(2))
  await visitDatabase('keys', ({ db }) => command(db))
} catch (error) {
  if (!(error instanceof OperatorError)) throw error
  console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : error.message)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
