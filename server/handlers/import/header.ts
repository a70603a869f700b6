import { fields } from './fields.ts'
import { unreadable } from './unreadable.ts'

/** The columns of a CSV: the index of each field's cell, and the cells that have no name in the header, which must be empty. */
export type Header = { cells: number; places: number[]; unnamed: number[] }

/** A name without case, spaces and punctuation. */
const simplified = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
const known = fields.map(({ name }) => simplified(name))
const knownNames = new Set(known)

/** The number of fields that `cells` name. */
export const namedFields = (cells: string[]) =>
  new Set(cells.map(simplified).filter((name) => knownNames.has(name))).size

/** A row that names most fields is a header, not data. */
export const leastNamed = Math.ceil((fields.length + 1) / 2)

/** Throws `INVALID_FILE` for a header with missing, unknown or duplicate columns. Cells without a letter or digit name no column. */
export function headerOf(names: string[], line: number): Header {
  const given = names.map(simplified)
  const named = (index: number) => names[index]?.trim() !== ''
  const missing = fields.filter((_, index) => !given.includes(known[index] ?? ''))
  const unknown = names.filter((_, index) => named(index) && !knownNames.has(given[index] ?? ''))
  const twice = names.filter((_, index) => named(index) && given.indexOf(given[index] ?? '') !== index)
  const errors = [
    missing.length > 0 ? `missing ${missing.map(({ name }) => name).join(', ')}` : '',
    unknown.length > 0 ? `unknown ${unknown.map((name) => JSON.stringify(name.slice(0, 40))).join(', ')}` : '',
    twice.length > 0 ? `duplicate ${twice.join(', ')}` : '',
  ].filter((error) => error !== '')
  if (errors.length > 0) {
    const columns = fields.map(({ name }) => name).join(', ')
    const remedy = `The columns are ${columns}, separated by commas, semicolons, tabs or |.`
    throw unreadable('INVALID_FILE', `Line ${line}: the header is wrong: ${errors.join('; ')}. ${remedy}`)
  }
  const unnamed = names.flatMap((_, index) => (named(index) ? [] : [index]))
  return { cells: names.length, places: known.map((name) => given.indexOf(name)), unnamed }
}
