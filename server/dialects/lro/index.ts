import type { operations } from '../../../generated/dialects/lro.ts'
import { Problem } from '../../contract/problem.ts'
import { defineDialect } from '../dialect.ts'
import { fieldErrors, withoutGone } from '../problems.ts'
import { readOperation } from '../read.ts'
import { accepted, bodyOf } from '../submit.ts'
import { firstOperations } from './list.ts'
import { at, operationOf, withWebhook } from './project.ts'

const asNamed = { at, names: { 'webhook.url': 'webhookUrl' } }

/** Operations with five statuses, and errors of three fields. */
export const lro = defineDialect<operations>({
  name: 'lro',
  renderProblem: ({ code, detail, timestamp, ...problem }) => ({
    // The one status that differs: 409 in the contract.
    ...(code === 'CANNOT_CANCEL' ? { status: 400 } : {}),
    body: { error: code, message: detail, timestamp, ...fieldErrors(problem) },
  }),
  implement: (canonical) => ({
    async lroGenerateReport(request) {
      const body = bodyOf('generateReport', withWebhook({ ...request.body, ...request.path }))
      const report = await accepted(request, canonical.generateReport({ ...request, path: {}, body }), asNamed)
      if (report instanceof Problem) return report
      return { status: 202, headers: report.headers, body: operationOf(report.operation) }
    },

    async lroDeliverOrder(request) {
      const body = bodyOf('deliverOrder', withWebhook(request.body ?? {}))
      const delivery = await accepted(request, canonical.deliverOrder({ ...request, body }), asNamed)
      if (delivery instanceof Problem) return delivery
      return { status: 202, headers: delivery.headers, body: operationOf(delivery.operation) }
    },

    async lroListOperations(request) {
      const { status, page = 1, pageSize = 20 } = request.query
      const found = await firstOperations(canonical, request, { status, most: page * pageSize })
      if (found instanceof Problem) return found
      const operations = found.operations.slice((page - 1) * pageSize).map(operationOf)
      return { status: 200, body: { operations, page, pageSize, hasMore: found.hasMore } }
    },

    async lroBatchGetOperations(request) {
      const found = await canonical.batchGetOperations(request)
      if (found instanceof Problem) return found
      const { operations, notFound } = found.body
      return { status: 200, body: { operations: operations.map(operationOf), notFound } }
    },

    async lroGetOperation(request) {
      const read = await readOperation(canonical, request, request.path)
      if (read instanceof Problem) return withoutGone(read)
      return { status: 200, headers: { 'Retry-After': read.retryAfter }, body: operationOf(read.operation) }
    },

    async lroCancelOperation(request) {
      const cancelled = await canonical.cancelOperation({ ...request, body: {} })
      if (cancelled instanceof Problem) return withoutGone(cancelled)
      const { headers, body } = cancelled
      return { status: 200, headers: { 'Retry-After': headers?.['Retry-After'] }, body: operationOf(body) }
    },
  }),
})
