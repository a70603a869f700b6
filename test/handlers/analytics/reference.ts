import { superstore } from '../superstore.ts'

/** The analyses of the sample, computed from the file in plain TypeScript and with exact numbers, independently of the service. */
export type Row = Record<string, string>

/** An amount in ten-thousandths. */
export function exact(amount = ''): bigint {
  const [whole = '', places = ''] = amount.split('.')
  const size = BigInt(whole.replace('-', '')) * 10_000n + BigInt(places.padEnd(4, '0'))
  return whole.startsWith('-') ? -size : size
}

export const total = (rows: Row[]) => rows.reduce((sum, row) => sum + exact(row.Sales), 0n)

/** In cents, half away from zero, with two decimals. */
export function cents(amount: bigint): string {
  const size = ((amount < 0n ? -amount : amount) + 50n) / 100n
  const sign = amount < 0n && size > 0n ? '-' : ''
  return `${sign}${size / 100n}.${String(size % 100n).padStart(2, '0')}`
}

/** a ÷ b with 6 decimals, half up, without zeros at the end. */
export function share(a: number | bigint, b: number | bigint): string {
  const millionths = (2n * 1_000_000n * BigInt(a) + BigInt(b)) / (2n * BigInt(b))
  return String(Number(millionths) / 1_000_000)
}

export function groupedBy(rows: Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groups.get(key(row))
    if (group) group.push(row)
    else groups.set(key(row), [row])
  }
  return groups
}

export const ordersIn = (rows: Row[]) => new Set(rows.map((row) => row['Order ID'])).size

export function between(fromDate: string, toDate: string, rows: Row[] = superstore): Row[] {
  return rows.filter((row) => fromDate <= (row['Order Date'] ?? '') && (row['Order Date'] ?? '') <= toDate)
}

const days = (day: string) => Date.parse(`${day}T00:00:00Z`) / 86_400_000

/** The segments by recency (rows, from 1) and frequency (columns, from 1). */
const [hibernating, risk, lose] = ['HIBERNATING', 'AT_RISK', 'CANNOT_LOSE_THEM']
const [loyal, potential] = ['LOYAL_CUSTOMERS', 'POTENTIAL_LOYALISTS']
export const segmentGrid = [
  [hibernating, hibernating, risk, risk, lose],
  [hibernating, hibernating, risk, risk, lose],
  ['ABOUT_TO_SLEEP', 'ABOUT_TO_SLEEP', 'NEED_ATTENTION', loyal, loyal],
  ['PROMISING', potential, potential, loyal, loyal],
  ['NEW_CUSTOMERS', potential, potential, 'CHAMPIONS', 'CHAMPIONS'],
]

/** SQL's ntile(5): groups whose sizes differ by at most one, the larger ones first. */
function quintiles<T>(values: T[], compare: (one: T, other: T) => number): Map<T, number> {
  const small = Math.floor(values.length / 5)
  const larger = values.length % 5
  const scores = new Map<T, number>()
  for (const [place, value] of [...values].sort(compare).entries()) {
    const score = [1, 2, 3, 4, 5].find((n) => place < n * small + Math.min(n, larger)) ?? 5
    scores.set(value, score)
  }
  return scores
}

const sign = (difference: bigint) => (difference < 0n ? -1 : difference > 0n ? 1 : 0)
const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)

export function rfmOf(rows: Row[]): Row[] {
  const customers = [...groupedBy(rows, (row) => row['Customer ID'] ?? '')].map(([id, lines]) => ({
    id,
    name: lines[0]?.['Customer Name'] ?? '',
    segment: lines[0]?.Segment ?? '',
    last:
      lines
        .map((line) => line['Order Date'] ?? '')
        .sort()
        .at(-1) ?? '',
    orders: ordersIn(lines),
    sales: total(lines),
  }))
  type Customer = (typeof customers)[number]
  const bySales = (a: Customer, b: Customer) => sign(a.sales - b.sales) || byText(a.id, b.id)
  const recency = quintiles(customers, (a, b) => byText(a.last, b.last) || bySales(a, b))
  const frequency = quintiles(customers, (a, b) => a.orders - b.orders || bySales(a, b))
  const monetary = quintiles(customers, bySales)
  const latest =
    customers
      .map(({ last }) => last)
      .sort()
      .at(-1) ?? ''
  const scored = customers.map((customer) => {
    const scores = [recency, frequency, monetary].map((of) => of.get(customer) ?? 0)
    return { ...customer, scores: scores as [number, number, number] }
  })
  scored.sort(
    (a, b) =>
      b.scores[0] - a.scores[0] ||
      b.scores[1] - a.scores[1] ||
      b.scores[2] - a.scores[2] ||
      sign(b.sales - a.sales) ||
      byText(a.id, b.id),
  )
  return scored.map(({ id, name, segment, last, orders, sales, scores: [r, f, m] }) => ({
    customerId: id,
    customerName: name,
    segment,
    lastOrderDate: last,
    recencyDays: String(days(latest) - days(last)),
    orderCount: String(orders),
    sales: cents(sales),
    recencyScore: String(r),
    frequencyScore: String(f),
    monetaryScore: String(m),
    rfmSegment: segmentGrid[r - 1]?.[f - 1] ?? '',
  }))
}

export type Period = 'MONTH' | 'QUARTER' | 'YEAR'

/** The label of the period of a day, and the label of the next one. */
function periodOf(period: Period, day: string): string {
  const [year = '', month = ''] = day.split('-')
  if (period === 'YEAR') return year
  return period === 'MONTH' ? `${year}-${month}` : `${year}-Q${Math.ceil(Number(month) / 3)}`
}

function after(period: Period, label: string): string {
  const year = Number(label.slice(0, 4))
  if (period === 'YEAR') return String(year + 1)
  const part = Number(label.slice(period === 'MONTH' ? 5 : 6))
  if (part === (period === 'MONTH' ? 12 : 4)) return period === 'MONTH' ? `${year + 1}-01` : `${year + 1}-Q1`
  return period === 'MONTH' ? `${year}-${String(part + 1).padStart(2, '0')}` : `${year}-Q${part + 1}`
}

/** `rows`: all orders up to the end of the range. */
export function cohortsOf(rows: Row[], period: Period, periods: number, fromDate = ''): Row[] {
  const cohorts = new Map<string, Row[][]>()
  for (const lines of groupedBy(rows, (row) => row['Customer ID'] ?? '').values()) {
    const first = lines.map((line) => line['Order Date'] ?? '').sort()[0] ?? ''
    if (first < fromDate) continue
    const cohort = periodOf(period, first)
    cohorts.set(cohort, [...(cohorts.get(cohort) ?? []), lines])
  }
  const all = [...cohorts.values()].flat(2).map((line) => line['Order Date'] ?? '')
  const last = periodOf(period, all.sort().at(-1) ?? '')
  return [...cohorts]
    .sort(([a], [b]) => byText(a, b))
    .flatMap(([cohort, customers]) => {
      const found: Row[] = []
      for (
        let [label, number] = [cohort, 0];
        label <= last && number <= periods;
        label = after(period, label), number++
      ) {
        const active = customers
          .map((lines) => lines.filter((line) => periodOf(period, line['Order Date'] ?? '') === label))
          .filter((lines) => lines.length > 0)
        found.push({
          cohort,
          periodNumber: String(number),
          period: label,
          cohortCustomers: String(customers.length),
          customers: String(active.length),
          retention: share(active.length, customers.length),
          orderCount: String(ordersIn(active.flat())),
          sales: cents(total(active.flat())),
        })
      }
      return found
    })
}

const itemColumn = { PRODUCT: 'Product ID', SUB_CATEGORY: 'Sub-Category', CATEGORY: 'Category' } as const

export function pairsOf(rows: Row[], by: keyof typeof itemColumn, minOrders: number): Row[] {
  const column = itemColumn[by]
  const baskets = [...groupedBy(rows, (row) => row['Order ID'] ?? '').values()].map((lines) =>
    [...new Set(lines.map((line) => line[column] ?? ''))].sort(byText),
  )
  const single = new Map<string, number>()
  const double = new Map<string, number>()
  for (const basket of baskets) {
    for (const [place, item] of basket.entries()) {
      single.set(item, (single.get(item) ?? 0) + 1)
      for (const other of basket.slice(place + 1))
        double.set(`${item}\n${other}`, (double.get(`${item}\n${other}`) ?? 0) + 1)
    }
  }
  const nameOf = (item: string) =>
    by === 'PRODUCT'
      ? (rows
          .filter((row) => row['Product ID'] === item)
          .map((row) => row['Product Name'] ?? '')
          .sort(byText)[0] ?? '')
      : item
  const pairs = [...double]
    .filter(([, both]) => both >= minOrders)
    .map(([pair, both]) => {
      const [a = '', b = ''] = pair.split('\n')
      const [inA, inB] = [single.get(a) ?? 0, single.get(b) ?? 0]
      return { a, b, both, inA, inB, lift: (both * baskets.length) / (inA * inB) }
    })
  pairs.sort((x, y) => y.both - x.both || y.lift - x.lift || byText(x.a, y.a) || byText(x.b, y.b))
  return pairs.map(({ a, b, both, inA, inB }) => ({
    itemA: a,
    nameA: nameOf(a),
    itemB: b,
    nameB: nameOf(b),
    orderCount: String(both),
    orderCountA: String(inA),
    orderCountB: String(inB),
    support: share(both, baskets.length),
    confidenceAToB: share(both, inA),
    confidenceBToA: share(both, inB),
    lift: share(both * baskets.length, inA * inB),
  }))
}

/** Sales of each month from the first to the last one given, `YYYY-MM`; 0 where there is no order. */
export function monthlySales(rows: Row[], from: string, to: string): { month: string; exact: bigint; sales: number }[] {
  const months = groupedBy(rows, (row) => (row['Order Date'] ?? '').slice(0, 7))
  const found = []
  for (let month = from; month <= to; month = after('MONTH', month)) {
    const sum = total(months.get(month) ?? [])
    found.push({ month, exact: sum, sales: Number(sum) / 10_000 })
  }
  return found
}
