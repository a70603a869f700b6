import type { Command } from 'commander'
import { type DataOf, dataOf, type EndpointOf } from '../../api.ts'
import { type GlobalOptions, openSession } from '../connection.ts'
import { table } from '../output.ts'

type Statistics = DataOf<EndpointOf<'/statistics', 'GET'>>
type Options = GlobalOptions & { window?: string; interval?: Statistics['interval']; type?: string[] }

export function addStatistics(program: Command): void {
  program
    .command('statistics')
    .description('how many operations wait, run and have ended, how long they took, and why they failed')
    .option('--window <duration>', 'the time before now, such as PT1H or P7D; default: PT1H')
    .option('--interval <duration>', 'the length of a point of the series, such as PT5M; only with --json')
    .option('--type <type...>', 'only operations of these types')
    .action(async (_: unknown, command: Command) => {
      const { window, interval, type, ...globals } = command.optsWithGlobals<Options>()
      const { longrun, output, timeoutMs } = openSession(globals)
      const query = { ...(window ? { window } : {}), ...(interval ? { interval } : {}), ...(type ? { type } : {}) }
      output.show(await dataOf(longrun.api.GET('/statistics', { params: { query }, timeoutMs })), linesOf)
    })
}

const heading = [
  'TYPE',
  'PENDING',
  'OLDEST',
  'RUNNING',
  'WAITING',
  'ENDED',
  'FAILED',
  'CANCELLED',
  'PER SECOND',
  'QUEUE P95',
  'RUN P50',
  'RUN P95',
  'RUN P99',
]

function linesOf({ from, to, active, ended, types, problemCodes, otherProblems }: Statistics): string[] {
  const all = { type: 'all', active, ended }
  const rows = [...types, ...(types.length === 1 ? [] : [all])].map(cellsOf)
  const problems = problemCodes.map(({ code, count }) => [code, count])
  if (otherProblems > 0) problems.push(['others', otherProblems])
  return [
    `${from} to ${to}${active.exact ? '' : '; there are more active operations than were counted'}`,
    ...table(heading, rows),
    ...(problems.length > 0 ? ['', ...table(['PROBLEM', 'FAILED'], problems)] : []),
  ]
}

function cellsOf({
  type,
  active,
  oldestPending,
  ended,
  queueTime,
  runTime,
}: Partial<Statistics['types'][number]> & Pick<Statistics, 'active' | 'ended'>) {
  const seconds = (value: number | undefined) => (value === undefined ? '' : `${Number(value.toPrecision(3))} s`)
  return [
    type,
    active.PENDING,
    seconds(oldestPending?.seconds),
    active.RUNNING + active.CANCELLING,
    active.WAITING,
    ended.total,
    ended.FAILED,
    ended.CANCELLED,
    Number(ended.perSecond.toPrecision(3)),
    seconds(queueTime?.p95),
    seconds(runTime?.p50),
    seconds(runTime?.p95),
    seconds(runTime?.p99),
  ]
}
