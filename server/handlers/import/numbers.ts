import { plain, spreadsheetError } from './cells.ts'
import { type DecimalMark, type FileForm, longestValue } from './file-form.ts'

type Marks = Pick<FileForm, 'decimalMark' | 'decimalPoint'>
export type ReadNumber = { value: string; percent: boolean; currency: string; mark?: DecimalMark } | { reason: string }

const frame =
  /^(?<open>\()?(?<sign1>[-+])? ?(?<cur1>[A-Z]{0,3}\p{Sc})? ?(?<sign2>[-+])? ?(?<body>[\d.,'’ ]*\d[\d.,'’ ]*?) ?(?<percent>%)? ?(?<cur2>[A-Z]{0,3}\p{Sc})? ?(?<sign3>[-+])?(?<close>\))?$/u

/**
 * Reads a number as people and spreadsheets write it; the value is as `-1234.5`. Only forms with one meaning are read: `1.234` and `1,234`,
 * which may be thousands or decimals, are read as the other numbers of the file.
 */
export function readNumber(cell: string, marks: Marks): ReadNumber | undefined {
  if (cell.length > longestValue) return undefined
  const text = plain(cell)
  const error = spreadsheetError(text)
  if (error !== undefined) return { reason: error }
  if (/^[-+]?\d+([.,]\d*)?E[-+]?\d+$/i.test(text)) return { reason: scientific }
  const parts = frame.exec(text)?.groups
  if (!parts) return undefined
  const { open, close, sign1, sign2, sign3, cur1, cur2, body = '', percent } = parts
  const signs = [sign1, sign2, sign3, open].filter((sign) => sign !== undefined)
  if (signs.length > 1 || (open === undefined) !== (close === undefined)) return undefined
  if (cur1 !== undefined && cur2 !== undefined) return undefined
  const size = readSize(body, marks)
  if (!size || 'reason' in size) return size
  const negative = signs.length === 1 && signs[0] !== '+'
  const value = `${negative ? '-' : ''}${size.value}`
  return { ...size, value, percent: percent !== undefined, currency: cur1 ?? cur2 ?? '' }
}

const scientific =
  'is in scientific notation, which loses digits: format the column as a number without exponent and save the file again'
const ambiguous = `may be thousands or decimals, and the beginning of the file does not show which:
  write 1.234 as 1.2340 and 1,234 as 1234`.replaceAll(/\s+/g, ' ')

type Size = { value: string; mark?: DecimalMark } | { reason: string } | undefined

/** Reads digits with separators. `mark` of the result is the decimal mark that they prove. */
function readSize(body: string, { decimalMark, decimalPoint }: Marks): Size {
  if (/^\d+$/.test(body)) return { value: body }
  // Thousands in spaces or apostrophes: the other separator marks decimals.
  if (/^\d{1,3}([ '’])\d{3}(\1\d{3})*([.,]\d*)?$/.test(body)) return decimals(body.replaceAll(/[ '’]/g, ''))
  if (/^\d{1,3}(\.\d{3})+,\d*$/.test(body) || /^\d{1,3}(\.\d{3}){2,}$/.test(body)) {
    return decimals(body.replaceAll('.', ''), ',')
  }
  if (/^\d{1,3}(,\d{3})+\.\d*$/.test(body) || /^\d{1,3}(,\d{2,3})+,\d{3}(\.\d*)?$/.test(body)) {
    return decimals(body.replaceAll(',', ''), '.')
  }
  const separator = /^[1-9]\d{0,2}([.,])\d{3}$/.exec(body)?.[1]
  if (separator === undefined) return decimals(body)
  if (decimalMark === undefined) return decimalPoint && separator === '.' ? decimals(body) : { reason: ambiguous }
  return separator === decimalMark ? decimals(body) : { value: body.replace(separator, '') }
}

function decimals(body: string, proven?: DecimalMark): Size {
  const parts = /^(\d*)(?:([.,])(\d*))?$/.exec(body)
  if (!parts) return undefined
  const [, whole = '', separator = proven, fraction = ''] = parts
  const mark = separator as DecimalMark | undefined
  // Zeros beyond the fourth place add nothing.
  const places = fraction.length > 4 ? fraction.replace(/(?<=^.{4,})0+$/, '') : fraction
  return { value: places === '' ? whole : `${whole || '0'}.${places}`, ...(mark && { mark }) }
}

/** The reason to reject an amount whose currency sign differs from that of an earlier amount of the file. */
export function otherCurrency(form: FileForm, currency: string): string | undefined {
  if (currency === '') return undefined
  form.currency ??= currency
  return form.currency === currency
    ? undefined
    : `is in ${currency}, and an earlier amount in ${form.currency}: write amounts in one currency, without its sign`
}

/** A hundredth of a decimal. */
export function hundredth(value: string): string {
  const [whole = '', fraction = ''] = value.replace('-', '').split('.')
  const digits = whole.padStart(3, '0')
  return `${value.startsWith('-') ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}${fraction}`
}
