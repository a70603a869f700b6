import type { InputOf, ResultOf } from '../../../generated/operations.ts'
import type { AnalysisRows } from '../../database/analytics/rows.ts'
import type { PgPoolClient } from '../../database/client.ts'
import type { OrderSelection } from '../../database/orders/matching.ts'
import type { Context } from '../define.ts'

export type Input = InputOf['analyzeOrders']
export type AnalysisName = Input['analysis']

/** The figures of an analysis in the result: the field that belongs to it. */
export type Figures = Pick<ResultOf['analyzeOrders'], 'rfm' | 'cohorts' | 'baskets' | 'forecast'>

/** `client` is in a transaction that reads one snapshot; `cancel` cancels its query. `orders`: the number of matching orders. */
export type Work = {
  context: Context<'analyzeOrders'>
  input: Input
  client: PgPoolClient
  cancel(): void
  selection: OrderSelection
  orders: number
}

export type Analysis = {
  /** The columns and the order of the rows that `compute` stores. */
  rows: AnalysisRows
  /** Stores the rows, and returns the figures of the result. */
  compute(work: Work): Promise<Figures>
}
