import { create } from '../../server/database/operations/create.ts'
import { openPostgresNotifier } from '../../server/notifications/postgres.ts'
import { freshDatabase } from './fresh.ts'
import { repeat } from './load.ts'
import { submission } from './queue.ts'
import { line, median } from './rig.ts'

/** The alternative way to wake workers: each submit sends NOTIFY in its own transaction. */
const notifyTrigger = `
create function bench_notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('bench', new.operation_id::text);
  return null;
end $$;
create trigger bench_notify after insert on operations for each row execute function bench_notify();
alter table operations disable trigger bench_notify;`

/**
 * What waking the workers costs a submit: `create` with a notification after it, with a NOTIFY inside its transaction, and without either,
 * through as many connections as there are callers. One process listens throughout, so the notifications have a receiver. The three
 * variants use the same pool, rows and server, one after the other, with durable commits.
 */
export async function benchNotifications(server: string, { quick }: { quick: boolean }) {
  for (const connections of [8, 32]) {
    const database = await freshDatabase(server, connections)
    const notifications = openPostgresNotifier(database.url)
    notifications.listen('submitted', () => {})
    try {
      await database.sql.unsafe(notifyTrigger)
      const at = { callers: connections, ms: quick ? 500 : 1000 }
      const plain = () => create(database.db, submission())
      const notifying = async () => {
        const values = submission()
        await create(database.db, values)
        notifications.notify('submitted', values.operationId)
      }
      await repeat(notifying, at)
      const rounds: { off: number; on: number; inside: number }[] = []
      for (let round = 0; round < (quick ? 1 : 9); round++) {
        const [off, on] = [await repeat(plain, at), await repeat(notifying, at)]
        await database.sql`alter table operations enable trigger bench_notify`
        const inside = await repeat(plain, at)
        await database.sql`alter table operations disable trigger bench_notify`
        rounds.push({ off, on, inside })
      }
      const ratio = (of: 'on' | 'inside') => median(rounds.map((round) => round[of] / round.off))
      const least = connections === 8 ? 0.95 : 0.85
      const bar = { text: `≥ ${least}`, met: ratio('on') >= least }
      line(`notifications: submits with ÷ without, ${connections} connections`, ratio('on').toFixed(2), bar)
      line(`NOTIFY in the transaction ÷ without, ${connections} connections`, ratio('inside').toFixed(2))
    } finally {
      await notifications.close()
      await database.drop()
    }
  }
}
