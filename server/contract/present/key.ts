import type { components } from '../../../generated/schema.ts'
import { formatId } from '../ids.ts'

type Schemas = components['schemas']

/** An API key as stored in the database. */
export type KeyRecord = {
  keyId: string
  name: string
  prefix: string
  scopes: string[]
  state: 'ACTIVE' | 'EXPIRED' | 'REVOKED'
  createdAt: Date
  createdBy: string
  expiresAt: Date | null
  lastUsedAt: Date | null
  revokedAt: Date | null
}

/** The API key in the API's format, without its secret. */
export function wireKey(row: KeyRecord): Schemas['Key'] {
  return {
    keyId: formatId('key', row.keyId),
    name: row.name,
    prefix: row.prefix,
    // Validated by the spec when they were written.
    scopes: row.scopes as Schemas['Scope'][],
    state: row.state,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    ...(row.expiresAt === null ? {} : { expiresAt: row.expiresAt.toISOString() }),
    ...(row.lastUsedAt === null ? {} : { lastUsedAt: row.lastUsedAt.toISOString() }),
    ...(row.revokedAt === null ? {} : { revokedAt: row.revokedAt.toISOString() }),
  }
}
