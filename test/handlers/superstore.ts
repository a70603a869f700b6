import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'

export const superstoreCsv = gunzipSync(
  readFileSync(resolve(import.meta.dirname, '../../data/superstore.csv.gz')),
).toString()

/** Parses a CSV (RFC 4180) independently of the service's parser. */
export function cellsOf(csv: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  for (let at = 0; at < csv.length; at++) {
    const letter = csv[at]
    if (quoted) {
      if (letter !== '"') cell += letter
      else if (csv[at + 1] === '"') cell += csv[++at]
      else quoted = false
    } else if (letter === '"') quoted = true
    else if (letter === ',' || letter === '\n') {
      row.push(cell)
      cell = ''
      if (letter === '\n') {
        rows.push(row)
        row = []
      }
    } else if (letter !== '\r') cell += letter
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell])
  return rows
}

/** The rows below the header, by its names. */
export function recordsOf(csv: string): Record<string, string>[] {
  const [header = [], ...rows] = cellsOf(csv)
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])))
}

export const superstore = recordsOf(superstoreCsv)

/** The sum of a column, computed exactly and rounded to cents as in a report. */
export function sum(rows: Record<string, string>[], column: string): string {
  let total = 0n
  for (const row of rows) {
    const [whole = '', places = ''] = (row[column] ?? '').split('.')
    const size = BigInt(whole.replace('-', '')) * 10_000n + BigInt(places.padEnd(4, '0'))
    total += whole.startsWith('-') ? -size : size
  }
  const size = total < 0n ? -total : total
  const cents = (size + 50n) / 100n
  return `${total < 0n ? '-' : ''}${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`
}

export const distinct = (rows: Record<string, string>[], column: string) => new Set(rows.map((row) => row[column])).size

/** As the database sorts: by code unit. */
export const byText = (a = '', b = '') => (a < b ? -1 : a > b ? 1 : 0)
