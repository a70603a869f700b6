import { fields, longestText, type RowViolation } from './fields.ts'
import type { FileForm } from './file-form.ts'

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
export function checkRow(
  cells: readonly (string | undefined)[],
  form: FileForm,
): { values: string[] } | { violation: RowViolation } {
  const values: string[] = []
  const violations: RowViolation[] = []
  for (const [index, { name, parse }] of fields.entries()) {
    const cell = cells[index]
    const parsed = cell === undefined ? { reason: 'is missing' } : parse(cell, form)
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
