import { cohortRows, readCohorts, storeCohorts } from '../../database/analytics/cohorts.ts'
import { OperationError } from '../define.ts'
import type { Analysis } from './analysis.ts'

/** Groups customers by the period of their first order, and counts how many of them order again in each later period. */
export const cohorts: Analysis = {
  rows: cohortRows,
  async compute({ client, selection, input }) {
    const { period = 'MONTH', periods = 12 } = input.cohorts ?? {}
    await storeCohorts(client, selection, { period, periods })
    const { cohorts: cohortCount, customers, retention } = await readCohorts(client)
    if (cohortCount === 0) {
      const detail = `No customer has the first order from ${selection.fromDate} to ${selection.toDate}. Earlier customers are in no cohort of the range.`
      throw new OperationError('NO_DATA_IN_RANGE', detail)
    }
    return { cohorts: { period, cohortCount, customerCount: customers, averageRetention: retention } }
  },
}
