import { readdirSync, readFileSync } from 'node:fs'
import type postgres from 'postgres'

/** Linux counts processor time in hundredths of a second. */
const ticksPerSecond = 100

/**
 * Reads the processor time, in seconds, of all processes of a server: backends, writer, checkpointer and vacuum, including processes that
 * have ended. Undefined when it is not available: not on Linux, or with a server on another machine.
 */
export async function serverCpu(sql: postgres.Sql): Promise<(() => number) | undefined> {
  const [row] = await sql<{ pid: number; local: boolean }[]>`
    select pg_backend_pid() as pid, inet_server_addr() is null or inet_server_addr() <<= '127.0.0.0/8' as local`
  const backend = row?.local ? stat(row.pid) : undefined
  if (!backend?.name.startsWith('postgres')) return undefined
  const { parent } = backend
  return () => {
    const all = readdirSync('/proc').flatMap((name) =>
      /^\d+$/.test(name) ? [{ pid: Number(name), ...stat(Number(name)) }] : [],
    )
    const mine = all.filter((one) => one.pid === parent || one.parent === parent)
    const ticks = mine.map(({ own = 0, ended = 0 }) => own + ended)
    return ticks.reduce((sum, more) => sum + more, 0) / ticksPerSecond
  }
}

/** The processor time of processes so far, in seconds, without that of children that run. 0 on other systems than Linux. */
export function processCpu(pids: readonly number[]): number {
  const ticks = pids.map(stat).map((one) => (one?.own ?? 0) + (one?.ended ?? 0))
  return ticks.reduce((sum, more) => sum + more, 0) / ticksPerSecond
}

/** The /proc figures of one process; undefined when it does not exist. `ended`: of its children that have ended. */
function stat(pid: number) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'))
    // Fields after the second, because the second is a name that may contain anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const field = (place: number) => Number(fields[place - 3])
    const [parent, own, ended] = [field(4), field(14) + field(15), field(16) + field(17)]
    return { name, parent, own, ended }
  } catch {
    return undefined
  }
}
