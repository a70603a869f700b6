import type { PgPoolClient } from '../client.ts'
import type { Column, RowQuery } from '../formatted-rows.ts'

/** The rows of an analysis in a temporary table `analysis_rows`, which the transaction drops. */
export type AnalysisRows = { columns: readonly Column[]; orderBy: string }

/** Stores the result of `select`, so that the file and the figures of an analysis are computed once, from the same rows. */
export async function storeRows(client: PgPoolClient, select: string, values: unknown[] = []): Promise<void> {
  await client.query(`create temporary table analysis_rows on commit drop as ${select}`, values)
}

export function storedRows({ columns, orderBy }: AnalysisRows): RowQuery {
  const names = columns.map(({ name }) => `"${name}"`)
  return { columns, rows: `select ${names.join(', ')} from analysis_rows order by ${orderBy}` }
}

export async function countStoredRows(client: PgPoolClient): Promise<number> {
  const { rows } = await client.query<{ rows: number }>('select count(*)::int as rows from analysis_rows')
  return rows[0]?.rows ?? 0
}

export const text = (name: string): Column => ({ name, kind: 'text' })
export const date = (name: string): Column => ({ name, kind: 'date' })
export const count = (name: string): Column => ({ name, kind: 'count' })
export const money = (name: string): Column => ({ name, kind: 'money' })
export const ratio = (name: string): Column => ({ name, kind: 'ratio' })
