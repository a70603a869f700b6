import { serve } from '@hono/node-server'
import { and, eq } from 'drizzle-orm'
import { integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/postgres-js'
import { Hono } from 'hono'
import { PgBoss } from 'pg-boss'
import postgres from 'postgres'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'

/**
 * The peer of the whole service: what a team writes for its own reports in a few days, with the same packages. Hono, zod, Drizzle and pg-boss,
 * a table of jobs, an API key, 202 with a status URL. It has no idempotency, no limits, no progress, no streams and no events.
 */
const { url, port } = JSON.parse(process.argv[2] as string)
process.once('disconnect', () => process.exit(1))
process.once('SIGTERM', () => process.exit(0))

const sql = postgres(url, { max: 10, onnotice: () => {} })
await sql`
  create table report_jobs (job_id uuid primary key, customer text not null, status text not null, progress integer not null default 0,
    input jsonb not null, result jsonb, error text, created_at timestamptz not null default now(), updated_at timestamptz not null default now())`
const jobs = pgTable('report_jobs', {
  jobId: uuid('job_id').primaryKey(),
  customer: text().notNull(),
  status: text().notNull(),
  progress: integer().notNull().default(0),
  input: jsonb().notNull(),
  result: jsonb(),
  error: text(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
})
const db = drizzle(sql)
const boss = new PgBoss({ connectionString: url, max: 10 })
await boss.start()
await boss.createQueue('reports')

const date = z.iso.date()
const input = z.strictObject({
  reportType: z.enum(['ORDERS_SUMMARY', 'SALES_BY_PRODUCT', 'SALES_BY_COUNTRY', 'CUSTOMER_ACTIVITY']),
  dateRange: z.strictObject({ fromDate: date, toDate: date }),
  format: z.enum(['CSV', 'PDF', 'JSON']),
  startAfter: z.iso.datetime().optional(),
})
const customers = new Map([['Bearer bench-key-0123456789abcdef', 'bench']])

const app = new Hono<{ Variables: { customer: string } }>()
app.use('/jobs/*', async (c, next) => {
  const customer = customers.get(c.req.header('authorization') ?? '')
  if (!customer) return c.json({ error: 'unauthorized' }, 401)
  c.set('customer', customer)
  return next()
})
app.post('/jobs/generate-report', async (c) => {
  const parsed = input.safeParse(await c.req.json().catch(() => undefined))
  if (!parsed.success) return c.json({ error: 'invalid input', issues: parsed.error.issues }, 422)
  const jobId = uuidv7()
  const { startAfter, ...given } = parsed.data
  const [job] = await db
    .insert(jobs)
    .values({ jobId, customer: c.get('customer'), status: 'PENDING', input: given })
    .returning()
  await boss.send('reports', { jobId }, startAfter === undefined ? {} : { startAfter })
  return c.json({ ...job, statusUrl: `/jobs/${jobId}` }, 202, { location: `/jobs/${jobId}` })
})
app.get('/jobs/:id', async (c) => {
  const [job] = await db
    .select()
    .from(jobs)
    .where(and(eq(jobs.jobId, c.req.param('id')), eq(jobs.customer, c.get('customer'))))
  return job ? c.json(job) : c.json({ error: 'not found' }, 404)
})
serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, () => process.send?.('ready'))
