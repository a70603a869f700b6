/**
 * What events record for `/metrics`: plain numbers, so that recording takes a few nanoseconds whether or not anybody reads them. `metrics.ts`
 * shows them. They are numbers of the process, and only grow, except gauges.
 */

/** A metric by convention: `longrun_`, base units, `_total` for counters. https://prometheus.io/docs/practices/naming */
type Definition = { name: string; help: string; labels?: readonly string[] }

export type Sample = { labels: Record<string, string>; value: number; name?: string }

export type Recorded = Definition & {
  type: 'counter' | 'gauge' | 'histogram'
  samples(): Sample[]
}

/** Every metric that is defined, by name. */
export const recordedMetrics = new Map<string, Recorded>()

/** More combinations of label values are counted together, as `other`. All of them are limited by the code; this is the second line. */
const mostCombinations = 2000
const other = 'other'

/** The cells of one metric, by the values of its labels. The values are constants of the code, which a `Map` finds without hashing them again. */
class Cells<Held> {
  private readonly labels: readonly string[]
  private readonly create: () => Held
  private readonly root = new Map<string | number, unknown>()
  private readonly all: { labels: Record<string, string>; cell: Held }[] = []
  private single: Held | undefined

  constructor({ labels = [] }: Definition, create: () => Held) {
    this.labels = labels
    this.create = create
    // A metric without labels has a value from the start.
    if (labels.length === 0) this.single = this.added([])
  }

  at(values: readonly (string | number)[]): Held {
    if (this.single) return this.single
    let level = this.root
    const last = values.length - 1
    for (let depth = 0; depth < last; depth++) {
      const value = values[depth] as string
      const next = level.get(value) ?? new Map<string | number, unknown>()
      level.set(value, next)
      level = next as Map<string | number, unknown>
    }
    const leaf = values[last] as string
    const known = level.get(leaf) as Held | undefined
    if (known !== undefined) return known
    const isFull = this.all.length >= mostCombinations && values.some((value) => value !== other)
    if (isFull) return this.at(values.map(() => other))
    const cell = this.added(values)
    level.set(leaf, cell)
    return cell
  }

  entries() {
    return this.all
  }

  private added(values: readonly (string | number)[]): Held {
    const cell = this.create()
    this.all.push({ labels: Object.fromEntries(this.labels.map((label, at) => [label, String(values[at])])), cell })
    return cell
  }
}

type Values<Labels extends readonly string[]> = { [At in keyof Labels]: string | number }
type Defined<Labels extends readonly string[]> = { name: string; help: string; labels?: Labels }
type Cell = { value: number }

function numbers(type: 'counter' | 'gauge', definition: Definition) {
  const cells = new Cells<Cell>(definition, () => ({ value: 0 }))
  const samples = () => cells.entries().map(({ labels, cell }) => ({ labels, value: cell.value }))
  recordedMetrics.set(definition.name, { ...definition, type, samples })
  return cells
}

/** Returns the function that counts: `count(labels, more)`. */
export function counter<const Labels extends readonly string[] = []>(definition: Defined<Labels>) {
  const cells = numbers('counter', definition)
  return (values: Values<Labels>, more = 1) => {
    cells.at(values).value += more
  }
}

/** Returns the function that adds, which may be negative. */
export function gauge<const Labels extends readonly string[] = []>(definition: Defined<Labels>) {
  const cells = numbers('gauge', definition)
  return (values: Values<Labels>, more: number) => {
    cells.at(values).value += more
  }
}

/** Returns the function that records a number of seconds. `bounds`: the upper bounds of the buckets. */
export function histogram<const Labels extends readonly string[] = []>(
  definition: Defined<Labels> & { bounds: readonly number[] },
) {
  const { bounds, ...rest } = definition
  const cells = new Cells(rest, () => ({ counts: bounds.map(() => 0), sum: 0, count: 0 }))
  const samples = () =>
    cells.entries().flatMap(({ labels, cell: { counts, sum, count } }) => {
      let below = 0
      const buckets = bounds.map((bound, at) => {
        below += counts[at] ?? 0
        return { name: `${rest.name}_bucket`, labels: { le: String(bound), ...labels }, value: below }
      })
      return [
        ...buckets,
        { name: `${rest.name}_bucket`, labels: { le: '+Inf', ...labels }, value: count },
        { name: `${rest.name}_sum`, labels, value: sum },
        { name: `${rest.name}_count`, labels, value: count },
      ]
    })
  recordedMetrics.set(rest.name, { ...rest, type: 'histogram', samples })
  return (values: Values<Labels>, seconds: number) => {
    const cell = cells.at(values)
    let at = 0
    while (at < bounds.length && seconds > (bounds[at] as number)) at += 1
    if (at < bounds.length) cell.counts[at] = (cell.counts[at] ?? 0) + 1
    cell.sum += seconds
    cell.count += 1
  }
}
