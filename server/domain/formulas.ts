/**
 * Where a spreadsheet may find a formula in a text cell of a CSV. OWASP's list of first characters: = + - @, their full-width forms, tab, CR
 * and LF. Added here: other compatibility forms of the four characters and the minus sign; characters in front that spreadsheets drop or do
 * not show; and the places inside a cell that a spreadsheet with another list separator takes for the start of a cell.
 */
type Ranges = readonly (readonly [from: number, to?: number])[]

/** = + - @, superscript, subscript, small, full-width, and U+2212. */
const signs: Ranges = [
  [0x2b],
  [0x2d],
  [0x3d],
  [0x40],
  [0x207a, 0x207c],
  [0x208a, 0x208c],
  [0x2212],
  [0xfb29],
  [0xfe62, 0xfe63],
  [0xfe66],
  [0xfe6b],
  [0xff0b],
  [0xff0d],
  [0xff1d],
  [0xff20],
]

/** White space, control characters, characters without a width, and the quote, which disappears where a cell is split. */
const unseen: Ranges = [
  [0x01, 0x08],
  [0x0b, 0x0c],
  [0x0e, 0x20],
  [0x22],
  [0x7f, 0xa0],
  [0xad],
  [0x034f],
  [0x061c],
  [0x115f, 0x1160],
  [0x1680],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x2800],
  [0x3000],
  [0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff],
  [0xffa0],
  [0xfff0, 0xfffb],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
]

/** List separators of other locales, and the ends of a line, where a spreadsheet that does not see the quotes begins a cell. */
const separators = String.raw`[\t\n\r;|]`

/** Builds the patterns; `astral` spells a character beyond U+FFFF, the only difference between PostgreSQL and JavaScript. */
export function formulaPatterns(astral: (hex: string) => string) {
  const spelled = (code: number) => {
    const hex = code.toString(16)
    return code > 0xffff ? astral(hex) : `\\u${hex.padStart(4, '0')}`
  }
  const classOf = (ranges: Ranges) => ranges.map(([from, to = from]) => `${spelled(from)}-${spelled(to)}`).join('')
  // Apostrophes in front belong to the pattern: so a cell that begins like a defused one is defused too, and removing one is exact.
  const lead = `'*[${classOf(unseen)}]*`
  const sign = classOf(signs)
  return {
    /** The start of a cell. */
    start: `^(?=${lead}[${sign}\\t\\n\\r])`,
    /** A separator inside a cell, group 1. */
    inside: `(${separators})(?=${lead}[${sign}])`,
    /** The same places in a defused cell, with the apostrophe. */
    defusedStart: `^'(?=${lead}[${sign}\\t\\n\\r])`,
    defusedInside: `(${separators})'(?=${lead}[${sign}])`,
  }
}

const { defusedStart, defusedInside } = formulaPatterns((hex) => `\\u{${hex}}`)
const [leading, inner] = [new RegExp(defusedStart, 'u'), new RegExp(defusedInside, 'gu')]

/** The text of a cell that `csvText` (database/csv-text.ts) defused. Cells that it leaves alone stay the same. */
export const undefused = (cell: string) => cell.replace(inner, '$1').replace(leading, '')
