import { sql } from 'drizzle-orm'
import { bigint, index, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'

/**
 * Storage keys that no row refers to: planned files, and files whose row was deleted. The transaction that inserts a file's row deletes its
 * key here. After `due_at` the bytes are deleted from the file store, then the row.
 */
export const discards = pgTable(
  'discards',
  {
    storageKey: text('storage_key').primaryKey(),
    dueAt: instant('due_at').notNull(),
    /** The owner whose quota the reservation counts for. Null: none, for example after the file's row was deleted. */
    ownerId: text('owner_id'),
    /** The reservation. It ends when this row is deleted. */
    reservedBytes: bigint('reserved_bytes', { mode: 'number' }).notNull().default(0),
  },
  (t) => [
    index('discards_due').on(t.dueAt),
    index('discards_owner').on(t.ownerId, t.storageKey, t.reservedBytes).where(sql`owner_id is not null`),
  ],
)

/** The columns of a file in the file store. */
const storedFile = () => ({
  mediaType: text('media_type').notNull(),
  sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
  sha256: text('sha256').notNull(),
  storageKey: text('storage_key').notNull(),
  createdAt: instant('created_at').notNull().default(sql`now()`),
  expiresAt: instant('expires_at').notNull(),
})

/** Files that callers uploaded; `storageKey` is the key in the file store. */
export const uploads = pgTable(
  'uploads',
  {
    uploadId: uuid('upload_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    ...storedFile(),
  },
  (t) => [
    index('uploads_expiry').on(t.expiresAt),
    // Includes the size, so that the sum is an index-only scan.
    index('uploads_owner').on(t.ownerId, t.sizeBytes),
  ],
)

/** Result files of operations. */
export const files = pgTable(
  'files',
  {
    fileId: uuid('file_id').primaryKey(),
    ownerId: text('owner_id').notNull(),
    operationId: uuid('operation_id').notNull(),
    name: text('name').notNull(),
    ...storedFile(),
  },
  (t) => [
    index('files_operation').on(t.operationId),
    index('files_expiry').on(t.expiresAt),
    index('files_owner').on(t.ownerId, t.sizeBytes),
  ],
)
