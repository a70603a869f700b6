import { sql } from 'drizzle-orm'
import { index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 })

/** API keys that were created by a request or by the script. Keys of the environment have no row. */
export const apiKeys = pgTable(
  'api_keys',
  {
    keyId: uuid('key_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    name: text('name').notNull(),
    /** The start of the key. Identifies the key in lists, logs and histories, and is not secret. */
    prefix: text('prefix').notNull(),
    /** SHA-256 in base64url. A slow hash is not needed for 256 random bits. */
    hash: text('hash').notNull().unique(),
    scopes: jsonb('scopes').$type<string[]>().notNull(),
    createdAt: instant('created_at').notNull().default(sql`now()`),
    /** The actor that created the key: the name of a credential, or `script`. */
    createdBy: text('created_by').notNull(),
    /** Null: never. */
    expiresAt: instant('expires_at'),
    /** Accurate to about a minute. */
    lastUsedAt: instant('last_used_at'),
    revokedAt: instant('revoked_at'),
  },
  (t) => [index('api_keys_owner').on(t.ownerId, t.keyId), index('api_keys_prefix').on(t.prefix)],
)
