import type { operations } from '../../../generated/dialects/jobs.ts'
import { Problem } from '../../contract/problem.ts'
import { defineDialect } from '../dialect.ts'
import { fieldErrors, withoutGone } from '../problems.ts'
import { readOperation } from '../read.ts'
import { accepted, bodyOf } from '../submit.ts'
import { jobOf } from './project.ts'

const at = '/compat/jobs/report-jobs'
const names = { 'webhook.url': 'callbackUrl' }

/** Report jobs with a status and a download URL. */
export const jobs = defineDialect<operations>({
  name: 'jobs',
  renderProblem: ({ code, detail, ...problem }) => ({
    body: { errorCode: code, errorMessage: detail, ...fieldErrors(problem) },
  }),
  implement: (canonical) => ({
    async jobsGenerateReport(request) {
      const { callbackUrl, ...report } = request.body
      const webhook = callbackUrl ? { webhook: { url: callbackUrl } } : {}
      const body = bodyOf('generateReport', { ...report, ...webhook })
      const job = await accepted(request, canonical.generateReport({ ...request, body }), { at, names })
      if (job instanceof Problem) return job
      return { status: 202, headers: job.headers, body: jobOf(job.operation) }
    },

    async jobsGetReportJob(request) {
      const read = await readOperation(canonical, request, { operationId: request.path.jobId })
      if (read instanceof Problem) return withoutGone(read)
      return { status: 200, headers: { 'Retry-After': read.retryAfter }, body: jobOf(read.operation) }
    },
  }),
})
