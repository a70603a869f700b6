import type { operations } from '../../../generated/dialects/tasks.ts'
import { Problem } from '../../contract/problem.ts'
import { defineDialect } from '../dialect.ts'
import { withoutGone } from '../problems.ts'
import { readOperation } from '../read.ts'
import { accepted, bodyOf } from '../submit.ts'
import { errorOf, names, operationOf, reportOf } from './project.ts'

const at = '/compat/tasks/reports/operations'

/** Report operations with lower-case statuses and names in snake_case. */
export const tasks = defineDialect<operations>({
  name: 'tasks',
  renderProblem: (problem) => ({ body: { error: errorOf(problem) } }),
  implement: (canonical) => ({
    async tasksGenerateReport(request) {
      const body = bodyOf('generateReport', reportOf(request.body))
      const task = await accepted(request, canonical.generateReport({ ...request, body }), { at, names })
      if (task instanceof Problem) return task
      return { status: 202, headers: task.headers, body: operationOf(task.operation) }
    },

    async tasksGetOperation(request) {
      const read = await readOperation(canonical, request, request.path)
      if (read instanceof Problem) return withoutGone(read)
      return { status: 200, headers: { 'Retry-After': read.retryAfter }, body: operationOf(read.operation) }
    },

    async tasksCancelOperation(request) {
      const cancelled = await canonical.deleteOperation(request)
      return cancelled instanceof Problem ? withoutGone(cancelled) : { status: 204 }
    },
  }),
})
