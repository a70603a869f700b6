import { type Parsed, shownCode, shownText, spreadsheetError } from './cells.ts'
import { readDate } from './dates.ts'
import type { FileForm } from './file-form.ts'
import { hundredth, otherCurrency, readNumber } from './numbers.ts'

/** A violation in a row: the column, the reason, and the rejected value. */
export type RowViolation = { column: string; reason: string; value: string }

// Each `parse` tries the contract's own form first: the other forms cost a file in that form nothing.
type Field = { name: string; isNumber?: true; parse(cell: string, form: FileForm): Parsed }

export const longestText = 200

function text(name: string, shown = shownText): Field {
  return {
    name,
    parse: (cell, form) => (unusual.test(cell) && !form.exactText ? unwrapped(cell, shown) : checkedText(cell)),
  }
}

/** What a spreadsheet may have written in place of the text: `="…"`, an error value, or an apostrophe against formulas. */
const unusual = /^(?:[\s=#']|Err:|Fehler:)|[;|]'/

function unwrapped(cell: string, shown: (cell: string) => string): Parsed {
  // Not a wrapped text of the right length.
  if (cell.length > 4 * longestText) return checkedText(cell)
  const reason = spreadsheetError(cell)
  return reason === undefined ? checkedText(shown(cell)) : { reason }
}

function checkedText(cell: string): Parsed {
  if (cell === '') return { reason: 'must not be empty' }
  if (cell.length > longestText) return { reason: `must have at most ${longestText} characters` }
  if (controls.test(cell)) return { reason: 'must not contain control characters' }
  // JSON can contain a lone surrogate; in UTF-8 it would become another character.
  if (!cell.isWellFormed()) return { reason: 'must be well-formed Unicode' }
  return { value: cell }
}

const controls = /\p{Cc}/u

function whole(name: string, least: number, most: number): Field {
  // Not formatted before it is needed: the first use of a locale takes 30 ms, which would slow down every start of an executor.
  const reason = () => `must be a whole number from ${least.toLocaleString('en-US')} to ${most.toLocaleString('en-US')}`
  const strict = (cell: string) => /^\d{1,15}$/.test(cell) && +cell >= least && +cell <= most
  return {
    name,
    isNumber: true,
    parse(cell, form) {
      if (strict(cell)) return { value: cell }
      const read = readNumber(cell, form)
      if (read && 'reason' in read) return read
      const value = read?.value.replace(/\.0+$/, '') ?? ''
      return strict(value) && !read?.percent && read?.currency === '' ? { value } : { reason: reason() }
    },
  }
}

const amount = /^-?\d{1,10}(\.\d{1,4})?$/
const share = /^(0(\.\d{1,4})?|1(\.0{1,4})?)$/

function decimal(name: string, pattern: RegExp, reason: string): Field {
  const isShare = pattern === share
  return {
    name,
    isNumber: true,
    parse(cell, form) {
      if (form.decimalPoint && pattern.test(cell)) return { value: cell }
      const read = readNumber(cell, form)
      if (read && 'reason' in read) return read
      if (!read || (isShare ? read.currency !== '' : read.percent)) return { reason }
      const value = read.percent ? hundredth(read.value) : read.value
      const normal = isShare ? value.replace(/^0+(?=\d)/, '').replace(/(?<=\.\d{4,})0+$|\.0*$/, '') : value
      if (!pattern.test(normal)) return { reason }
      const other = otherCurrency(form, read.currency)
      return other === undefined ? { value: normal } : { reason: other }
    },
  }
}

const date = (name: string): Field => ({ name, parse: readDate })
const code = (name: string) => text(name, shownCode)

const postalText = code('postalCode')
const postalCode: Field = {
  name: 'postalCode',
  parse: (cell, form) => (cell === '' ? { value: '' } : postalText.parse(cell, form)),
}

const amountReason = 'must be a decimal with at most 4 places, such as -1234.5'

/** The fields of an order line, in the order of the `incoming` table. */
export const fields: readonly Field[] = [
  whole('rowId', 1, 999_999_999_999_999),
  code('orderId'),
  date('orderDate'),
  date('shipDate'),
  text('shipMode'),
  code('customerId'),
  text('customerName'),
  text('segment'),
  text('country'),
  text('city'),
  text('state'),
  postalCode,
  text('region'),
  code('productId'),
  text('category'),
  text('subCategory'),
  text('productName'),
  decimal('sales', amount, amountReason),
  whole('quantity', 1, 1_000_000),
  decimal('discount', share, 'must be a decimal from 0 to 1 with at most 4 places, or a percentage'),
  decimal('profit', amount, amountReason),
]
