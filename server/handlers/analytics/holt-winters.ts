import { minimize } from './minimize.ts'

/** Smoothing parameters of level, trend and season, each from 0 to 1. */
export type Smoothing = { alpha: number; beta: number; gamma: number }

/** Level and trend at the end of a series, and the season of the next `seasonal.length` values. */
type State = { level: number; trend: number; seasonal: number[] }

export type HoltWinters = Smoothing & State & { forecast(steps: number): number[] }

/** How many seasons the start values and the first errors need. */
export const leastSeasons = 2

/**
 * Additive Holt–Winters (Winters 1960), with the recurrences, the start values and the criterion of R's `stats::HoltWinters`:
 *
 *     level[t]  = α (y[t] − season[t−m]) + (1−α) (level[t−1] + trend[t−1])
 *     trend[t]  = β (level[t] − level[t−1]) + (1−β) trend[t−1]
 *     season[t] = γ (y[t] − level[t]) + (1−γ) season[t−m]
 *     forecast[t+h] = level[t] + h trend[t] + season[t−m+1+(h−1) mod m]
 *
 * Parameters that are not given minimize the sum of the squared errors of the forecasts one step ahead, from the second season on.
 */
export function holtWinters(values: readonly number[], seasonLength: number, given?: Smoothing): HoltWinters {
  const start = startOf(values, seasonLength)
  const { alpha, beta, gamma } = given ?? fitted(values, start)
  const { level, trend, seasonal } = smoothed(values, start, { alpha, beta, gamma })
  const forecast = (steps: number) =>
    Array.from({ length: steps }, (_, index) => level + (index + 1) * trend + (seasonal[index % seasonLength] ?? 0))
  return { alpha, beta, gamma, level, trend, seasonal, forecast }
}

/** Runs the recurrences from the second season to the end. `squares`: the sum of the squared errors one step ahead. */
function smoothed(values: readonly number[], start: State, { alpha, beta, gamma }: Smoothing) {
  const length = start.seasonal.length
  const seasonal = [...start.seasonal]
  let { level, trend } = start
  let squares = 0
  for (let at = length; at < values.length; at++) {
    const value = values[at] ?? 0
    const season = seasonal[at % length] ?? 0
    squares += (value - level - trend - season) ** 2
    const next = alpha * (value - season) + (1 - alpha) * (level + trend)
    trend = beta * (next - level) + (1 - beta) * trend
    level = next
    seasonal[at % length] = gamma * (value - level) + (1 - gamma) * season
  }
  const first = values.length % length
  return { level, trend, seasonal: [...seasonal.slice(first), ...seasonal.slice(0, first)], squares }
}

/**
 * The start values from the first two seasons: a centered moving average is the trend, a straight line through it gives level and slope, and
 * the mean distance of each month from the trend is its season.
 */
function startOf(values: readonly number[], length: number): State {
  const count = leastSeasons * length
  const half = Math.floor(length / 2)
  const trend: { at: number; value: number }[] = []
  for (let at = half; at < count - half; at++) trend.push({ at, value: centered(values, at, length) })
  const distances = Array.from({ length }, (_, season) => {
    const own = trend.filter(({ at }) => at % length === season)
    return mean(own.map(({ at, value }) => (values[at] ?? 0) - value))
  })
  const center = mean(distances)
  const line = lineThrough(trend.map(({ value }) => value))
  return { level: line.intercept, trend: line.slope, seasonal: distances.map((distance) => distance - center) }
}

/** The mean of `length` values around `at`; if their number is even, of one more, with half the weight at both ends. */
function centered(values: readonly number[], at: number, length: number): number {
  const half = Math.floor(length / 2)
  let sum = 0
  for (let offset = -half; offset <= half; offset++) {
    const isEnd = Math.abs(offset) === half && length % 2 === 0
    sum += (values[at + offset] ?? 0) * (isEnd ? 0.5 : 1)
  }
  return sum / length
}

/** Least squares over the places 1, 2, 3 … */
function lineThrough(values: number[]) {
  const [x, y] = [(values.length + 1) / 2, mean(values)]
  let [above, below] = [0, 0]
  for (const [index, value] of values.entries()) {
    above += (index + 1 - x) * (value - y)
    below += (index + 1 - x) ** 2
  }
  const slope = below === 0 ? 0 : above / below
  return { slope, intercept: y - slope * x }
}

function fitted(values: readonly number[], start: State): Smoothing {
  const [alpha, beta, gamma] = minimize(
    ([alpha, beta, gamma]) => smoothed(values, start, { alpha, beta, gamma }).squares,
  )
  return { alpha, beta, gamma }
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
