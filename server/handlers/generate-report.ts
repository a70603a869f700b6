import type { InputOf } from '../../generated/operations.ts'
import { basePath } from '../contract/document.ts'
import { formatId, uuidOfGenerated } from '../contract/ids.ts'
import type { ReportQuery } from '../database/reports/queries.ts'
import { insertReport } from '../database/reports/reports.ts'
import { grouped } from '../domain/progress.ts'
import { defineOperation } from './define.ts'
import { fileResult } from './file-result.ts'
import { checkRange, countMatching, estimateOrders, noOrders } from './matching-orders.ts'
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

/** Streams a report on the sample orders and the owner's orders from the database into a file. */
export const generateReport = defineOperation('generateReport', {
  async run(context, input) {
    context.progress({ phase: 'VALIDATION', percentage: 0, message: 'Counting the orders' })
    const query = queryOf(context.ownerId, input)
    const orders = await countMatching(context, query)
    if (orders === 0) throw noOrders(query)

    context.progress({ phase: 'DATA_PROCESSING', percentage: 0, message: `Reading ${grouped(orders)} orders` })
    const { render, mediaType } = formats[input.format]
    const { content, rowCount } = render(context, query, orders)
    const name = `${input.reportType.toLowerCase().replaceAll('_', '-')}.${input.format.toLowerCase()}`
    const file = await context.files.create({ name, mediaType }, content)
    // All orders in the range may lack lines of the requested category.
    if (rowCount() === 0) throw noOrders(query)

    const { operationId, ownerId } = context
    const reportId = uuidOfGenerated(operationId)
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
        ...fileResult(file, { format: input.format, rowCount: rowCount(), expiresAt }),
        generatedAt: generatedAt.toISOString(),
      })
    })
  },

  check: (_context, { dateRange }) => checkRange(dateRange),

  estimate: (context, input) => estimateOrders(context, queryOf(context.ownerId, input)),
})

function queryOf(ownerId: string, input: Input): ReportQuery {
  return { ownerId, reportType: input.reportType, ...input.dateRange, filters: input.filters ?? {} }
}
