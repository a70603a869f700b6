import { unreadable } from './unreadable.ts'

/** Longer cells are neither numbers nor dates. The patterns that read these are quadratic. */
export const longestValue = 64

export type DecimalMark = '.' | ','

/** How a file writes its values: known from its beginning, or found while its rows are read. */
export type FileForm = {
  /** NDJSON: text is exact. A CSV has wrappings that spreadsheets need. */
  exactText: boolean
  /** Decides about `1.234` and `1,234`; undefined if the beginning of the file does not show it. */
  decimalMark: DecimalMark | undefined
  /** `1.234` has a decimal point. False where a point may group thousands. */
  decimalPoint: boolean
  /** The currency sign of the file's amounts. */
  currency?: string
  /** The line that is read. */
  line: number
  /** Dates with slashes: the line of the first one with the day first, whether one has the month first, and whether one may be either. */
  dayFirst?: number
  monthFirst?: boolean
  eitherFirst?: boolean
}

/** `comma`: the contract's form, with commas between the cells, or NDJSON. */
export function fileForm(decimalMark: DecimalMark | undefined, { comma, exactText = false }: FormOptions): FileForm {
  const decimalPoint = comma ? decimalMark !== ',' : decimalMark === '.'
  return { exactText, decimalMark, decimalPoint, line: 1 }
}

type FormOptions = { comma: boolean; exactText?: boolean }

/**
 * Throws if the file's dates have the day first: dates with slashes are read as M/D/YYYY, so those with a day up to 12 have been misread. A file
 * that has dates of both kinds is not refused: then the date with the day first is a typing error of its row.
 */
export function refuseDaysFirst({ dayFirst, monthFirst, eitherFirst }: FileForm) {
  if (dayFirst === undefined || monthFirst || !eitherFirst) return
  const where = `Line ${dayFirst}: a date with slashes has a day from 13 to 31 first, and no date of the file has one second`
  const remedy =
    'dates with slashes are read as M/D/YYYY, so others would be misread: write them as YYYY-MM-DD or DD.MM.YYYY'
  throw unreadable('INVALID_FILE', `${where}; ${remedy}.`)
}
