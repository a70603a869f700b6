import type { operations } from '../../../generated/dialects/azure.ts'
import { Problem } from '../../contract/problem.ts'
import { defineDialect } from '../dialect.ts'
import { readOperation } from '../read.ts'
import { errorOf, statusMonitor } from './project.ts'

/** The status monitor that pollers of Azure SDKs read. */
export const azure = defineDialect<operations>({
  name: 'azure',
  renderProblem: (problem) => ({ headers: { 'x-ms-error-code': problem.code }, body: { error: errorOf(problem) } }),
  implement: (canonical) => ({
    async azureGetOperation(request) {
      const read = await readOperation(canonical, request, request.path)
      if (read instanceof Problem) return read
      return { status: 200, headers: { 'Retry-After': read.retryAfter }, body: statusMonitor(read.operation) }
    },
  }),
})
