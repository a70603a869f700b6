import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, ended } from '../http/requests.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { csvOf } from './order-lines.ts'
import { recordsOf } from './superstore.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service.close())

async function imported(content: string) {
  const upload = await ask(service, '/api/v1/uploads', {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: content,
  })
  const { uploadId } = upload.body
  const { headers } = await ask(service, '/api/v1/orders:import', { json: { uploadId } })
  return ended(service, headers.get('location') ?? '')
}

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
