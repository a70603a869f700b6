import { sql } from 'drizzle-orm'
import type { InputOf } from '../../generated/operations.ts'
import { formatId } from '../contract/ids.ts'
import { copyOut, withClient } from '../database/copy.ts'
import { countWithin } from '../database/count-within.ts'
import {
  type CustomerExport,
  countCustomers,
  customerColumns,
  customersCsv,
  customersNdjson,
} from '../database/orders/customer-export.ts'
import { grouped } from '../domain/progress.ts'
import { defineOperation, type StepContext } from './define.ts'
import { fileResult } from './file-result.ts'

type Input = InputOf['exportCustomers']

const formats = {
  CSV: { query: customersCsv, copy: 'csv', mediaType: 'text/csv' },
  NDJSON: { query: customersNdjson, copy: 'lines', mediaType: 'application/x-ndjson' },
} as const

/** Streams the sample customers and the owner's customers from the database into a file. */
export const exportCustomers = defineOperation('exportCustomers', {
  async run(context, input) {
    context.progress({ phase: 'VALIDATION', percentage: 0, message: 'Counting the customers' })
    const query = queryOf(context.ownerId, input)
    const total = await customersIn(context, query)

    const { query: select, copy, mediaType } = formats[input.format]
    const { signal, copyPool } = context
    let rowCount = 0
    const report = (current: number, all: number) => {
      const message = `Exported ${grouped(current)} of ${grouped(all)} customers`
      context.progress({ phase: 'EXPORT', current, total: all, message })
    }
    const onRows = (rows: number, whole: boolean) => {
      rowCount = rows
      // Customers may have been imported since they were counted.
      report(whole ? rows : Math.min(rows, total), whole ? rows : total)
    }
    report(0, total)
    const name = `customers.${input.format.toLowerCase()}`
    const content = copyOut(copyPool, select(query), { format: copy, signal, onRows })
    const file = await context.files.create({ name, mediaType }, content)
    return {
      fileId: formatId('file', file.fileId),
      ...fileResult(file, { format: input.format, rowCount, expiresAt: context.expiresAt() }),
    }
  },

  async estimate(context, input) {
    return { rows: await countWithin(context.db, sql.raw(countCustomers(queryOf(context.ownerId, input)))) }
  },
})

function queryOf(ownerId: string, { columns = customerColumns, filters = {} }: Input): CustomerExport {
  return { ownerId, columns, filters }
}

async function customersIn({ copyPool, signal }: Pick<StepContext, 'copyPool' | 'signal'>, query: CustomerExport) {
  const count = countCustomers(query)
  const { rows } = await withClient(copyPool, signal, (client) => client.query<{ customers: number }>(count))
  return rows[0]?.customers ?? 0
}
