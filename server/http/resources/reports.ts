import type { components } from '../../../generated/schema.ts'
import { formatId, parseId } from '../../contract/ids.ts'
import type { Implementation } from '../../contract/implementation.ts'
import { Problem } from '../../contract/problem.ts'
import { findReport, type ReportRow } from '../../database/reports/reports.ts'
import type { Backend } from '../backend.ts'
import { privately } from '../request/paging.ts'
import { availableResult } from '../response/expiry.ts'

type Report = components['schemas']['Report']

export function reportEndpoints(backend: Backend): Pick<Implementation, 'getReport'> {
  const { db, links } = backend
  return {
    async getReport({ path, caller }) {
      const reportId = parseId('report', path.reportId)
      const { ownerId } = caller
      const found = reportId ? await findReport(db, { ownerId, reportId }) : undefined
      const row = await availableResult(backend, { row: found, uuid: reportId, ownerId }, 'report')
      if (row instanceof Problem) return row
      return { status: 200, headers: { 'Cache-Control': privately }, body: wireReport(row, links) }
    },
  }
}

/** A report in the API's format. */
export function wireReport(row: ReportRow, links: Backend['links']): Report {
  // The schema of the submit has checked the columns that are cast here.
  return {
    reportId: formatId('report', row.reportId),
    operationId: formatId('operation', row.operationId),
    reportType: row.reportType as Report['reportType'],
    dateRange: { fromDate: row.fromDate, toDate: row.toDate },
    filters: row.filters as Report['filters'],
    url: links.report(row.reportId),
    downloadUrl: links.file(row.fileId, row.ownerId),
    format: row.format as Report['format'],
    size: row.sizeBytes,
    rowCount: row.rowCount,
    generatedAt: row.generatedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }
}
