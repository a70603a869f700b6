import type { components } from '../../../generated/schema.ts'

export type Statistics = components['schemas']['Statistics']
type Interval = Statistics['interval']

/** The windows that can be chosen, and the intervals with which each has at most 200 points. */
export const windows = {
  PT1H: { text: '1 hour', intervals: ['PT1M', 'PT5M', 'PT15M'] },
  P1D: { text: '24 hours', intervals: ['PT15M', 'PT1H', 'PT6H'] },
  P7D: { text: '7 days', intervals: ['PT1H', 'PT6H', 'P1D'] },
  P30D: { text: '30 days', intervals: ['PT6H', 'P1D'] },
} as const satisfies Record<string, { text: string; intervals: readonly Interval[] }>

export type Window = keyof typeof windows

export const intervalTexts: Record<Interval, string> = {
  PT1M: '1 minute',
  PT5M: '5 minutes',
  PT15M: '15 minutes',
  PT1H: '1 hour',
  PT6H: '6 hours',
  P1D: '1 day',
}

/** `interval`: undefined lets the service choose. */
export type Range = { window: Window; interval: Interval | undefined; type: string | undefined }

export function rangeOf(query: URLSearchParams): Range {
  const given = query.get('window') ?? ''
  const window = Object.hasOwn(windows, given) ? (given as Window) : 'PT1H'
  const intervals: readonly Interval[] = windows[window].intervals
  const interval = intervals.find((one) => one === query.get('interval'))
  return { window, interval, type: query.get('type') || undefined }
}

/** The parameters of `GET /statistics`. */
export function parametersOf({ window, interval, type }: Range) {
  return { window, ...(interval && { interval }), ...(type && { type: [type] }) }
}
