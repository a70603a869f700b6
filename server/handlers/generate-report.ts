import type { InputOf } from '../../generated/operations.ts'
import { basePath } from '../contract/document.ts'
import { formatId, uuidOfMade } from '../contract/ids.ts'
import { never, withClient } from '../database/copy.ts'
import { countOrders, type ReportQuery } from '../database/report-queries.ts'
import { insertReport } from '../database/reports.ts'
import { type CheckContext, defineOperation, OperationError } from './define.ts'
import { csvReport } from './report/csv.ts'
import { jsonReport } from './report/json.ts'
import { pdfReport } from './report/pdf.ts'
import type { RenderReport } from './report/render.ts'

type Input = InputOf['generateReport']

const formats: Record<Input['format'], { render: RenderReport; mediaType: string }> = {
  CSV: { render: csvReport, mediaType: 'text/csv' },
  JSON: { render: jsonReport, mediaType: 'application/json' },
  PDF: { render: pdfReport, mediaType: 'application/pdf' },
}

/** A report over the sample orders and the owner's own, streamed from the database into a file. */
export const generateReport = defineOperation('generateReport', {
  async run(context, input) {
    context.progress({ phase: 'VALIDATION', percentage: 0 })
    const query = queryOf(context.ownerId, input)
    const orders = await ordersIn(context, query, context.signal)
    if (orders === 0) throw nothingIn(input)

    context.progress({ phase: 'DATA_PROCESSING', percentage: 0 })
    const { render, mediaType } = formats[input.format]
    const { content, rowCount } = render(context, query, orders)
    const name = `${input.reportType.toLowerCase().replaceAll('_', '-')}.${input.format.toLowerCase()}`
    const file = await context.files.create({ name, mediaType }, content)
    // Orders without a line of the category that was asked for count for nothing.
    if (rowCount() === 0) throw nothingIn(input)

    const { operationId, ownerId } = context
    const reportId = uuidOfMade(operationId)
    const generatedAt = new Date()
    const expiresAt = context.expiresAt()
    return context.db.transaction(async (tx) => {
      await insertReport(tx, {
        reportId,
        ownerId,
        operationId,
        reportType: input.reportType,
        format: input.format,
        ...input.dateRange,
        filters: input.filters ?? {},
        fileId: file.fileId,
        sizeBytes: file.sizeBytes,
        rowCount: rowCount(),
        generatedAt,
        expiresAt,
      })
      return context.finish(tx, {
        reportId: formatId('report', reportId),
        url: `${basePath}/reports/${formatId('report', reportId)}`,
        downloadUrl: file.url,
        format: input.format,
        size: file.sizeBytes,
        rowCount: rowCount(),
        generatedAt: generatedAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
      })
    })
  },

  check(_context, { dateRange: { fromDate, toDate } }) {
    if (fromDate <= toDate) return []
    return [{ pointer: '/dateRange', message: `toDate ${toDate} must not be before fromDate ${fromDate}` }]
  },

  async estimate(context, input) {
    return { rows: await ordersIn(context, queryOf(context.ownerId, input)) }
  },
})

function queryOf(ownerId: string, input: Input): ReportQuery {
  return { ownerId, reportType: input.reportType, ...input.dateRange, filters: input.filters ?? {} }
}

async function ordersIn({ copyPool }: Pick<CheckContext, 'copyPool'>, query: ReportQuery, signal = never) {
  const count = countOrders(query)
  const { rows } = await withClient(copyPool, signal, (client) => client.query<{ orders: number }>(count))
  return rows[0]?.orders ?? 0
}

function nothingIn({ dateRange: { fromDate, toDate }, filters = {} }: Input): OperationError {
  const filtered = Object.keys(filters).length > 0 ? ' that passes the filters' : ''
  return new OperationError('NO_DATA_IN_RANGE', `There is no order from ${fromDate} to ${toDate}${filtered}.`)
}
