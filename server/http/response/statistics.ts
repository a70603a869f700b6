import type { components } from '../../../generated/schema.ts'
import type { ActiveCount, EndedCounts } from '../../database/operations/statistics.ts'
import { type BucketCounts, percentile } from '../../domain/duration-buckets.ts'
import { activeStatuses, terminalStatuses } from '../../domain/state-machine.ts'

type Wire = components['schemas']
type Read = { active: readonly ActiveCount[]; ended: EndedCounts }

const mostProblems = 20

/** `interval`: as in the response, and its length in minutes. `isExact`: all active operations were counted. */
export function wireStatistics(
  { active, ended }: Read,
  { interval, minutes, isExact }: { interval: Wire['StatisticsInterval']; minutes: number; isExact: boolean },
): Wire['Statistics'] {
  const { fromMs, nowMs, totals, durations } = ended
  const seconds = (nowMs - fromMs) / 1000
  const types = [...new Set([...active, ...totals].map(({ type }) => type))].toSorted()
  return {
    from: timestamp(fromMs),
    to: timestamp(nowMs),
    interval,
    active: activeCounts(active, isExact),
    ended: endedCounts(totals, seconds),
    types: types.map((type) => {
      const ofType = <Row extends { type: string }>(rows: readonly Row[]) => rows.filter((row) => row.type === type)
      return {
        type,
        active: activeCounts(ofType(active), isExact),
        ...oldestPending(ofType(active), nowMs),
        ended: endedCounts(ofType(totals), seconds),
        ...percentilesOf(ofType(durations)),
      }
    }),
    series: points(ended, minutes * 60_000),
    ...problems(totals),
  }
}

function activeCounts(rows: readonly ActiveCount[], exact: boolean): Wire['ActiveCounts'] {
  const of = (status: string) => sum(rows.filter((row) => row.status === status).map(({ total }) => total))
  const counts = {
    PENDING: of('PENDING'),
    RUNNING: of('RUNNING'),
    WAITING: of('WAITING'),
    CANCELLING: of('CANCELLING'),
  }
  return { ...counts, total: sum(activeStatuses.map((status) => counts[status])), exact }
}

function endedCounts(rows: readonly { status: string; ended: number }[], seconds: number): Wire['EndedCounts'] {
  const of = (status: string) => sum(rows.filter((row) => row.status === status).map(({ ended }) => ended))
  const counts = {
    COMPLETED: of('COMPLETED'),
    COMPLETED_WITH_ERRORS: of('COMPLETED_WITH_ERRORS'),
    FAILED: of('FAILED'),
    CANCELLED: of('CANCELLED'),
  }
  const total = sum(terminalStatuses.map((status) => counts[status]))
  return { ...counts, total, perSecond: total / seconds }
}

function oldestPending(rows: readonly ActiveCount[], nowMs: number): { oldestPending?: Wire['OldestPending'] } {
  const [since] = rows.flatMap(({ oldestMs }) => oldestMs ?? [])
  if (since === undefined) return {}
  // An operation may have become due since the time of the other figures.
  return { oldestPending: { since: timestamp(since), seconds: Math.max(0, nowMs - since) / 1000 } }
}

function percentilesOf(durations: readonly { kind: 'queue' | 'run'; counts: BucketCounts }[]) {
  return {
    ...percentiles('queueTime', durations.find(({ kind }) => kind === 'queue')?.counts),
    ...percentiles('runTime', durations.find(({ kind }) => kind === 'run')?.counts),
  }
}

function percentiles<Name extends string>(
  name: Name,
  counts: BucketCounts = [],
): { [N in Name]?: Wire['Percentiles'] } {
  const at = (share: number) => Number(percentile(counts, share)?.toPrecision(3))
  const count = sum(counts.map(([, one]) => one))
  if (count === 0) return {}
  const found = { count, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
  return { [name]: found } as { [N in Name]?: Wire['Percentiles'] }
}

/** A point for each interval, also those in which nothing ended. */
function points({ fromMs, nowMs, series, seriesDurations }: EndedCounts, lengthMs: number): Wire['StatisticsPoint'][] {
  const byStart = Map.groupBy(series, ({ minute }) => minute * 60_000)
  const durationsByStart = Map.groupBy(seriesDurations, ({ minute }) => minute * 60_000)
  const starts = Array.from({ length: Math.ceil((nowMs - fromMs) / lengthMs) }, (_, at) => fromMs + at * lengthMs)
  return starts.map((start) => {
    const seconds = Math.min(lengthMs, nowMs - start) / 1000
    return {
      from: timestamp(start),
      ...endedCounts(byStart.get(start) ?? [], seconds),
      ...percentilesOf(durationsByStart.get(start) ?? []),
    }
  })
}

function problems(totals: EndedCounts['totals']) {
  const byCode = Map.groupBy(
    totals.filter(({ status }) => status === 'FAILED'),
    ({ code }) => code,
  )
  const counted = [...byCode].map(([code, rows]) => ({ code, count: sum(rows.map(({ ended }) => ended)) }))
  const sorted = counted.toSorted((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
  return {
    problemCodes: sorted.slice(0, mostProblems),
    otherProblems: sum(sorted.slice(mostProblems).map(({ count }) => count)),
  }
}

const timestamp = (ms: number) => new Date(ms).toISOString()
const sum = (figures: readonly number[]) => figures.reduce((total, figure) => total + figure, 0)
