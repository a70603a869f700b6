import postgres from 'postgres'
import type { TestDatabase } from '../support/database.ts'
import { startTestService, type TestService, testOwner } from '../support/service.ts'

// The JSON that an HTTP client sees, without the types of a client library.
// biome-ignore lint/suspicious/noExplicitAny: the checklists read untyped JSON
type Body = any
type Answer = { status: number; headers: Headers; body: Body }

export type LiveService = Awaited<ReturnType<typeof startLiveService>>

const header =
  'rowId,orderId,orderDate,shipDate,shipMode,customerId,customerName,segment,country,city,state,postalCode,region,' +
  'productId,category,subCategory,productName,sales,quantity,discount,profit\n'
const goodRow =
  ',A-1,2024-05-01,2024-05-03,First Class,C-1,Zoë Adams,Consumer,France,Lyon,Rhône,69001,South,P-1,Office,Paper,Paper,10.50,2,0,3.1\n'

/** A service that the checklists use like any HTTP client, with access to its rows where the API does not show the state. */
export async function startLiveService(environment: Record<string, string> = {}, database?: TestDatabase) {
  const service: TestService = await startTestService(environment, database)
  const sql = postgres(service.databaseUrl, { max: 2, onnotice: () => {} })
  let rowId = 0
  const authorization = { Authorization: `Bearer ${service.apiKey}` }

  async function send(
    path: string,
    init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const headers = { ...authorization, ...init.headers }
    const response = await fetch(new URL(path, service.url), { ...init, headers, redirect: 'manual' })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }

  const get = (path: string) => send(path)
  const post = (path: string, body: object) =>
    send(path.startsWith('/api/') ? path : `/api/v1${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })

  /** Reads until `holds`, ten times as often as the service recommends, because there are no other clients. */
  async function until(path: string, holds: (operation: Body) => boolean): Promise<Body> {
    for (;;) {
      const { body, headers } = await get(path)
      if (holds(body)) return body
      if (body.done) throw new Error(`the operation ended ${body.status}`)
      await new Promise((resolve) => setTimeout(resolve, Number(headers.get('retry-after')) * 100))
    }
  }

  async function upload(content: string): Promise<Body> {
    const init = { method: 'POST', headers: { 'Content-Type': 'text/csv' }, body: content }
    return (await send('/api/v1/uploads', init)).body
  }

  return {
    url: service.url,
    get,
    post,
    until,
    upload,
    ended: (path: string) => until(path, ({ done }) => done),
    close: async () => {
      await sql.end()
      await service.close()
    },

    /** An import that runs until `release`: it waits for a table that another connection has locked. */
    async runningImport() {
      const blocker = await sql.reserve()
      await blocker`begin`
      // Reads continue, so the rows are checked; the first insert waits.
      await blocker`lock table order_lines in share mode`
      rowId += 1
      const { uploadId } = await upload(`${header}${rowId}${goodRow}`)
      const { body } = await post('/orders:import', { uploadId })
      await until(body.statusUrl, ({ progress }) => progress.phase === 'LOADING')
      const release = async () => {
        await blocker`rollback`
        blocker.release()
      }
      return { statusUrl: body.statusUrl as string, release }
    },

    /** The statuses after PENDING in the operation's history. */
    async transitions(operationId: string): Promise<string[]> {
      const rows = await sql`
        select status from events where operation_id = ${operationId.slice(3)} and progress is null order by sequence`
      return rows.map(({ status }) => status)
    },

    async orderLines(): Promise<number> {
      const [row] = await sql`select count(*)::int as lines from order_lines where owner_id = ${testOwner}`
      return row?.lines
    },

    /** Moves the end of its retention into the past. */
    async expire(operationId: string) {
      await sql`update operations set expires_at = now() - interval '1 second' where operation_id = ${operationId.slice(3)}`
    },
  }
}
