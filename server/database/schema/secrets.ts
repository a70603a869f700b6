import { sql } from 'drizzle-orm'
import { pgTable, text } from 'drizzle-orm/pg-core'
import { bytea, instant } from './columns.ts'

/** Keys that all processes of a service share, for signed links, page tokens and sealed secrets. Created at the first start. */
export const secrets = pgTable('secrets', {
  name: text('name').primaryKey(),
  value: bytea('value').notNull(),
  createdAt: instant('created_at').notNull().default(sql`now()`),
})
