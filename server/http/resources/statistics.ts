import type { Implementation } from '../../contract/implementation.ts'
import { Problem } from '../../contract/problem.ts'
import { type ActiveCount, countActiveBy, countEnded } from '../../database/operations/statistics.ts'
import type { Backend } from '../backend.ts'
import { privately } from '../request/paging.ts'
import { wireStatistics } from '../response/statistics.ts'

const hour = 60
const day = 24 * hour

/** The lengths of intervals in minutes, ascending. */
const intervals = { PT1M: 1, PT5M: 5, PT15M: 15, PT1H: hour, PT6H: 6 * hour, P1D: day } as const
type Interval = keyof typeof intervals

const longestWindow = 31 * day
const mostPoints = 200

/** Operations that are counted of each status that is not final: see `ActiveCounts` in the contract. */
const mostActive = 20_000

/** What a console shows of the operations of an owner. */
export function statisticsEndpoints({ db }: Pick<Backend, 'db'>): Pick<Implementation, 'getStatistics'> {
  return {
    async getStatistics({ query, caller: { ownerId } }) {
      const window = minutesOf(query.window ?? 'PT1H')
      const interval = query.interval ?? defaultInterval(window)
      const minutes = intervals[interval]
      const refused = refusal(window, minutes)
      if (refused) return refused
      const types = query.type?.length ? query.type : undefined
      const counted = await countActiveBy(db, { ownerId, most: mostActive })
      const hasSeriesDurations = query.includeDurations
      const ended = await countEnded(db, { ownerId, window, interval: minutes, types, hasSeriesDurations })
      const active = types ? counted.filter(({ type }) => types.includes(type)) : counted
      const body = wireStatistics({ active, ended }, { interval, minutes, isExact: isExact(counted) })
      return { status: 200, headers: { 'Cache-Control': privately }, body }
    },
  }
}

/** Whether all active operations were counted. RUNNING and CANCELLING are counted together. */
function isExact(counted: readonly ActiveCount[]): boolean {
  const groups = Map.groupBy(counted, ({ status }) => (status === 'CANCELLING' ? 'RUNNING' : status))
  return [...groups.values()].every((rows) => rows.reduce((sum, { total }) => sum + total, 0) < mostActive)
}

/** The minutes of a duration in the format of the contract. */
function minutesOf(window: string): number {
  const [, days = 0, hours = 0, minutes = 0] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(window) ?? []
  return Number(days) * day + Number(hours) * hour + Number(minutes)
}

function defaultInterval(window: number): Interval {
  const names = Object.keys(intervals) as Interval[]
  return names.find((name) => window <= mostPoints * intervals[name]) ?? 'P1D'
}

function refusal(window: number, interval: number) {
  if (window < 1) return wrong('window', 'must be at least one minute, such as PT1H')
  if (window > longestWindow) return wrong('window', 'must be at most 31 days')
  if (window < interval) return wrong('window', 'must not be shorter than interval')
  if (window > mostPoints * interval) {
    return wrong('interval', `must be longer for this window: at most ${mostPoints} intervals fit into a response`)
  }
  return undefined
}

const wrong = (parameter: string, message: string) =>
  new Problem('INVALID_REQUEST', `The query parameter ${parameter} ${message}.`, { errors: [{ parameter, message }] })
