import { formulaPatterns } from '../domain/formulas.ts'
import { escapeLiteral } from './client.ts'

const { start, inside } = formulaPatterns((hex) => `\\U${hex.padStart(8, '0')}`)
const [startLiteral, insideLiteral] = [escapeLiteral(start), escapeLiteral(inside)]
const either = escapeLiteral(`${start}|${inside}`)
const insertion = escapeLiteral("\\1'")

/**
 * A text cell of a CSV, for every file that the service writes. Puts an apostrophe wherever a spreadsheet could begin a formula (see
 * domain/formulas.ts), and nowhere else. Numbers and dates must not pass through here: a negative number stays a number.
 */
export function csvText(cell: string): string {
  const inner = `regexp_replace(${cell}, ${insideLiteral}, ${insertion}, 'g')`
  return `case when ${cell} ~ ${either} then case when ${cell} ~ ${startLiteral} then '''' else '' end || ${inner} else ${cell} end`
}
