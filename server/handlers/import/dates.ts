import { type Parsed, plain, spreadsheetError } from './cells.ts'
import { type FileForm, longestValue } from './file-form.ts'

/** A date as YYYY-MM-DD, from 1900 to 2199. First the two usual forms, then what else has one meaning. */
export function readDate(cell: string, form: FileForm): Parsed {
  if (isDate(cell)) return { value: cell }
  if (cell.length > longestValue) return { reason: general }
  return slashed(cell, form) ?? otherDate(plain(cell), form)
}

const general = 'must be a date, as YYYY-MM-DD, M/D/YYYY or D.M.YYYY'

function isDate(iso: string): boolean {
  const parts = /^(19|20|21)\d\d-(\d\d)-(\d\d)$/.exec(iso)
  if (!parts) return false
  const [year, month, day] = [Number(iso.slice(0, 4)), Number(parts[2]), Number(parts[3])]
  const february = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  const days = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
  return day >= 1 && day <= days
}

function dateOf(year: string | undefined, month: string | undefined, day: string | undefined): Parsed {
  const iso = `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`
  return isDate(iso) ? { value: iso } : { reason: general }
}

/** M/D/YYYY. Notes which order of day and month the file proves. */
function slashed(text: string, form: FileForm): Parsed | undefined {
  const parts = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text)
  if (!parts) return undefined
  const [month, day] = [Number(parts[1]), Number(parts[2])]
  if (month > 12 && day <= 12) {
    if ('reason' in dateOf(parts[3], parts[2], parts[1])) return { reason: general }
    form.dayFirst ??= form.line
    return { reason: 'is not M/D/YYYY, but may be D/M/YYYY, which looks the same: write it as YYYY-MM-DD or D.M.YYYY' }
  }
  const date = dateOf(parts[3], parts[1], parts[2])
  if ('value' in date) {
    if (day > 12) form.monthFirst = true
    else if (day !== month) form.eitherFirst = true
  }
  return date
}

const midnight = /^(.*\d\D?)(?:[T ] ?)(?:0?0:00(?::00(?:[.,]0+)?)?|12:00(?::00)? ?AM)(?: ?Z| ?[-+]\d\d:?\d\d)?$/i

function otherDate(text: string, form: FileForm): Parsed {
  const error = spreadsheetError(text)
  if (error !== undefined) return { reason: error }
  const day = midnight.exec(text)?.[1]
  if (day !== undefined) return readDate(day, form)
  if (/\d[T ]+\d{1,2}:\d\d/i.test(text)) return { reason: 'has a time of day: write the date only, as YYYY-MM-DD' }
  const again = slashed(text, form)
  if (again) return again
  const yearFirst =
    /^(\d{4})(?:([-/])(\d{1,2})\2(\d{1,2})|\. ?(\d{1,2})\. ?(\d{1,2})\.?|年(\d{1,2})月(\d{1,2})日)$/.exec(text)
  if (yearFirst) {
    const [, year, , month = yearFirst[5] ?? yearFirst[7], date = yearFirst[6] ?? yearFirst[8]] = yearFirst
    return dateOf(year, month, date)
  }
  const compact = /^(\d{4})(\d\d)(\d\d)$/.exec(text)
  if (compact) return dateOf(compact[1], compact[2], compact[3])
  const dotted = /^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})\.?$/.exec(text)
  if (dotted) return dateOf(dotted[3], dotted[2], dotted[1])
  return withMonthName(text) ?? { reason: reasonOf(text) }
}

const months = 'january february march april may june july august september october november december'.split(' ')

/** `25-Mar-2018`, `25 March 2018` or `Mar 25, 2018`, in English: abbreviations of other languages may be those of other months. */
function withMonthName(text: string): Parsed | undefined {
  const parts =
    /^(?<day>\d{1,2})(?<mark>[- ])(?<name>\p{L}{3,})\.?\k<mark>(?<year>\d{4})$/u.exec(text) ??
    /^(?<name>\p{L}{3,})\.? (?<day>\d{1,2}),? (?<year>\d{4})$/u.exec(text)
  if (!parts?.groups) return undefined
  const { day, name = '', year } = parts.groups
  const word = name.toLowerCase()
  const month = months.findIndex(
    (one) => one === word || one.slice(0, 3) === word || (word === 'sept' && one === 'september'),
  )
  if (month === -1) return { reason: 'has the name of a month that is not English: write it as YYYY-MM-DD' }
  return dateOf(year, String(month + 1), day)
}

function reasonOf(text: string): string {
  if (/^\d{1,2}([-./])\d{1,2}\1\d{2}$/.test(text) || /^\d{1,2}[- ]\p{L}{3,}[- ]\d{2}$/u.test(text)) {
    return 'has a year of two digits: write it with four, as YYYY-MM-DD'
  }
  if (/^\d{1,2}-\d{1,2}-\d{4}$/.test(text)) {
    return 'may have the day or the month first: write it as YYYY-MM-DD'
  }
  if (/^\d{5}([.,]\d+)?$/.test(text)) {
    return 'is the serial number of a date: format the column as a date, as YYYY-MM-DD, and save the file again'
  }
  return general
}
