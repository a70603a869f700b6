import { type SQL, sql } from 'drizzle-orm'
import { priorities, turnDelayMs } from '../lifecycle/schedule.ts'

/** The turn of a row that is due at `due`: its priority's delay added. For statements on `operations`. */
export function turnAt(due: SQL): SQL {
  const delays = priorities.map((priority) => `when '${priority}' then interval '${turnDelayMs[priority]} ms'`)
  return sql`${due} + case priority ${sql.raw(delays.join(' '))} end`
}
