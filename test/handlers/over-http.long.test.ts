import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, ended, submitted } from '../http/requests.ts'
import { startTestService, type TestService, testOwner } from '../support/service.ts'
import { csvOf } from './order-lines.ts'
import { recordsOf } from './superstore.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service.close())

async function importing(content: string): Promise<string> {
  const upload = await ask(service, '/api/v1/uploads', {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: content,
  })
  const { uploadId } = upload.body
  const { headers } = await ask(service, '/api/v1/orders:import', { json: { uploadId } })
  return headers.get('location') ?? ''
}

const imported = async (content: string) => ended(service, await importing(content))

test('the reject file of an import is available through its link without a credential, and the valid rows are in the next report', async () => {
  const operation = await imported(csvOf([{ rowId: '1' }, { rowId: 'x' }, { rowId: '3', sales: '=1' }]))
  expect(operation.status).toBe('COMPLETED_WITH_ERRORS')
  const result = operation.result as { rejectUrl: string; rowsLoaded: number; warnings: unknown[] }
  expect(result).toMatchObject({ rowsLoaded: 1, warnings: [{ code: 'ROWS_REJECTED', affectedRecords: 2 }] })
  const file = await ask(service, result.rejectUrl, { key: null })
  expect(file.status).toBe(200)
  expect(file.headers.get('content-type')).toMatch(/^text\/csv/)
  expect(recordsOf(file.text).map(({ line, column, value }) => [line, column, value])).toEqual([
    ['3', 'rowId', 'x'],
    ['4', 'sales', "'=1"],
  ])
  const json = {
    reportType: 'SALES_BY_COUNTRY',
    dateRange: { fromDate: '2024-01-01', toDate: '2024-12-31' },
    format: 'CSV',
  }
  const { headers } = await ask(service, '/api/v1/reports:generate', { json })
  const report = (await ended(service, headers.get('location') ?? '')).result as { downloadUrl: string }
  const { text } = await ask(service, report.downloadUrl, { key: null })
  expect(recordsOf(text)).toMatchObject([{ country: 'France', orderCount: '1', sales: '10.50', profit: '-1.25' }])
})

test('a file that cannot be parsed fails with its code, the location and the remedy', async () => {
  const { status, error } = await imported(csvOf([{}]).replace('rowId', 'row'))
  expect([status, error]).toMatchObject(['FAILED', { code: 'INVALID_FILE' }])
  expect(JSON.stringify(error)).toContain('Line 1: the header is wrong: missing rowId')
})

test('imports of one owner run one after the other, and those that wait occupy no slot and are not charged', async () => {
  const sql = postgres(service.databaseUrl, { max: 1, onnotice: () => {} })
  // The first import waits in the middle of its work.
  await sql`select pg_advisory_lock(hashtextextended('import:' || ${testOwner}, 0))`
  const paths: string[] = []
  for (let index = 0; index < 12; index += 1) paths.push(await importing(csvOf([{ rowId: String(1000 + index) }])))
  const statusOf = async (path: string) => (await ask(service, path)).body.status
  await expect.poll(() => statusOf(paths[0] as string)).toBe('RUNNING')
  // There are ten slots.
  expect(await ended(service, await submitted(service))).toMatchObject({ status: 'COMPLETED' })
  expect(await Promise.all(paths.map(statusOf))).toEqual(['RUNNING', ...paths.slice(1).map(() => 'PENDING')])
  await sql.end()
  const ends = await Promise.all(paths.map((path) => ended(service, path)))
  for (const end of ends) expect(end).toMatchObject({ status: 'COMPLETED', attempt: 1, failures: 0 })
  const times = ends.map(({ startedAt, completedAt }) => [String(startedAt), String(completedAt)] as const)
  for (const [index, [startedAt]] of times.entries()) {
    if (index > 0) expect(startedAt >= (times[index - 1]?.[1] ?? '')).toBe(true)
  }
})
