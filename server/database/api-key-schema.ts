import { sql } from 'drizzle-orm'
import { index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 })

/** API keys that were made by a request or by the script; those of the environment have no row. */
export const apiKeys = pgTable(
  'api_keys',
  {
    keyId: uuid('key_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    name: text('name').notNull(),
    /** How the key begins: it tells keys apart in lists, logs and histories, and opens nothing. */
    prefix: text('prefix').notNull(),
    /** SHA-256 in base64url. A slow hash would protect what can be guessed, and nobody guesses 256 random bits. */
    hash: text('hash').notNull().unique(),
    scopes: jsonb('scopes').$type<string[]>().notNull(),
    createdAt: instant('created_at').notNull().default(sql`now()`),
    /** The actor who made it: a credential's name, or `script`. */
    createdBy: text('created_by').notNull(),
    /** Null: never. */
    expiresAt: instant('expires_at'),
    /** To the minute or so. */
    lastUsedAt: instant('last_used_at'),
    revokedAt: instant('revoked_at'),
  },
  (t) => [index('api_keys_owner').on(t.ownerId, t.keyId), index('api_keys_prefix').on(t.prefix)],
)
