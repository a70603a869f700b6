import { openHints } from '../../server/database/hints.ts'
import { submit } from '../../server/database/submissions.ts'
import { freshDatabase } from './fresh.ts'
import { repeat } from './load.ts'
import { submission } from './queue.ts'
import { line, median } from './rig.ts'

/** The other way to wake workers: every submit tells them itself, in its own transaction. */
const notifying = `
create function bench_notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('bench', new.operation_id::text);
  return null;
end $$;
create trigger bench_notify after insert on operations for each row execute function bench_notify();
alter table operations disable trigger bench_notify;`

/**
 * What waking the workers costs a submit: `submit` with a hint after it, with a NOTIFY inside it, and with nothing, through as many
 * connections as there are callers. One process listens all the time, so that a hint is heard. The same pool, rows and server in all
 * three, in turn, with durable commits.
 */
export async function benchHints(server: string, { quick }: { quick: boolean }) {
  for (const connections of [8, 32]) {
    const database = await freshDatabase(server, connections)
    const hints = openHints(database.url)
    hints.listen('submitted', () => {})
    try {
      await database.sql.unsafe(notifying)
      const at = { callers: connections, ms: quick ? 500 : 1000 }
      const plain = () => submit(database.db, submission())
      const hinted = async () => {
        const values = submission()
        await submit(database.db, values)
        hints.tell('submitted', values.operationId)
      }
      await repeat(hinted, at)
      const rounds: { off: number; on: number; inside: number }[] = []
      for (let round = 0; round < (quick ? 1 : 9); round++) {
        const [off, on] = [await repeat(plain, at), await repeat(hinted, at)]
        await database.sql`alter table operations enable trigger bench_notify`
        const inside = await repeat(plain, at)
        await database.sql`alter table operations disable trigger bench_notify`
        rounds.push({ off, on, inside })
      }
      const ratio = (of: 'on' | 'inside') => median(rounds.map((round) => round[of] / round.off))
      const least = connections === 8 ? 0.95 : 0.85
      const bar = { text: `≥ ${least}`, met: ratio('on') >= least }
      line(`hints: submits with ÷ without, ${connections} connections`, ratio('on').toFixed(2), bar)
      line(`NOTIFY in the transaction ÷ without, ${connections} connections`, ratio('inside').toFixed(2))
    } finally {
      await hints.close()
      await database.drop()
    }
  }
}
