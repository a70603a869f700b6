/** A violation in a row: the column, the reason, and the rejected value. */
export type RowViolation = { column: string; reason: string; value: string }

/** A cell as COPY writes it, or the reason why it is rejected. */
type Parsed = { value: string } | { reason: string }

type Field = { name: string; parse(cell: string): Parsed }

const longestText = 200

function text(name: string): Field {
  return {
    name,
    parse(cell) {
      if (cell === '') return { reason: 'must not be empty' }
      if (cell.length > longestText) return { reason: `must have at most ${longestText} characters` }
      if (controls.test(cell)) return { reason: 'must not contain control characters' }
      // JSON can contain a lone surrogate; in UTF-8 it would become another character.
      if (!cell.isWellFormed()) return { reason: 'must be well-formed Unicode' }
      return { value: cell }
    },
  }
}

const controls = /\p{Cc}/u

function whole(name: string, least: number, most: number): Field {
  // Not formatted before it is needed: the first use of a locale takes 30 ms, which would slow down every start of an executor.
  const reason = () => `must be a whole number from ${least.toLocaleString('en-US')} to ${most.toLocaleString('en-US')}`
  return {
    name,
    parse: (cell) =>
      /^\d{1,15}$/.test(cell) && +cell >= least && +cell <= most ? { value: cell } : { reason: reason() },
  }
}

function decimal(name: string, pattern: RegExp, reason: string): Field {
  return { name, parse: (cell) => (pattern.test(cell) ? { value: cell } : { reason }) }
}

function date(name: string): Field {
  return {
    name,
    parse(cell) {
      const iso = isoDate(cell)
      return iso ? { value: iso } : { reason: 'must be a date, as YYYY-MM-DD or M/D/YYYY' }
    },
  }
}

/** YYYY-MM-DD of a calendar date from 1900 to 2199, or undefined. */
function isoDate(cell: string): string | undefined {
  const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(cell)
  const iso = slashed ? `${slashed[3]}-${slashed[1]?.padStart(2, '0')}-${slashed[2]?.padStart(2, '0')}` : cell
  const parts = /^(19|20|21)\d\d-(\d\d)-(\d\d)$/.exec(iso)
  if (!parts) return undefined
  const [month, day] = [Number(parts[2]), Number(parts[3])]
  const leap = Number(iso.slice(0, 4))
  const february = leap % 4 === 0 && (leap % 100 !== 0 || leap % 400 === 0) ? 29 : 28
  const days = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
  return day >= 1 && day <= days ? iso : undefined
}

const postalCode: Field = {
  name: 'postalCode',
  parse: (cell) => (cell === '' ? { value: '' } : text('postalCode').parse(cell)),
}

const amount = /^-?\d{1,10}(\.\d{1,4})?$/
const amountReason = 'must be a decimal with at most 4 places, without currency symbol or thousands separator'

/** The fields of an order line, in the order of the `incoming` table. */
export const fields: readonly Field[] = [
  whole('rowId', 1, 999_999_999_999_999),
  text('orderId'),
  date('orderDate'),
  date('shipDate'),
  text('shipMode'),
  text('customerId'),
  text('customerName'),
  text('segment'),
  text('country'),
  text('city'),
  text('state'),
  postalCode,
  text('region'),
  text('productId'),
  text('category'),
  text('subCategory'),
  text('productName'),
  decimal('sales', amount, amountReason),
  whole('quantity', 1, 1_000_000),
  decimal('discount', /^(0(\.\d{1,4})?|1(\.0{1,4})?)$/, 'must be a decimal from 0 to 1 with at most 4 places'),
  decimal('profit', amount, amountReason),
]

const at = Object.fromEntries(fields.map(({ name }, index) => [name, index]))
const [orderDate, shipDate, country, postal] = [at.orderDate, at.shipDate, at.country, at.postalCode] as [
  number,
  number,
  number,
  number,
]

/**
 * Checks the cells of one row, in the order of `fields` (undefined: missing). Returns the values for COPY, or the first violation, whose
 * reason lists the others.
 */
export function checkRow(cells: readonly (string | undefined)[]): { values: string[] } | { violation: RowViolation } {
  const values: string[] = []
  const violations: RowViolation[] = []
  for (const [index, { name, parse }] of fields.entries()) {
    const cell = cells[index]
    const parsed = cell === undefined ? { reason: 'is missing' } : parse(cell)
    if ('value' in parsed) values[index] = parsed.value
    else violations.push({ column: name, reason: parsed.reason, value: (cell ?? '').slice(0, longestText) })
  }
  const [ordered, shipped] = [values[orderDate], values[shipDate]]
  if (ordered !== undefined && shipped !== undefined && shipped < ordered) {
    violations.push({ column: 'shipDate', reason: `must not be before orderDate (${ordered})`, value: shipped })
  }
  const [first, ...others] = violations
  if (first) {
    const more = others.map(({ column, reason }) => `; ${column} ${reason}`).join('')
    return { violation: { ...first, reason: first.reason + more } }
  }
  // Spreadsheets treat a postal code as a number and drop its leading zero.
  if (values[country] === 'United States' && /^\d{4}$/.test(values[postal] ?? '')) values[postal] = `0${values[postal]}`
  return { values }
}
