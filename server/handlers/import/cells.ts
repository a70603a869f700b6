import { undefused } from '../../domain/formulas.ts'

/** A cell as COPY writes it, or the reason why it is rejected. */
export type Parsed = { value: string } | { reason: string }

/** What spreadsheets in English, German, French, Dutch, Portuguese, Spanish and Italian write for a formula that failed. */
const errorValues = new Set(
  `#NULL! #DIV/0! #VALUE! #REF! #NAME? #NUM! #N/A #GETTING_DATA #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #UNKNOWN! #BUSY! #ERROR! #ADDR!
  #WERT! #BEZUG! #ZAHL! #NV #ÜBERLAUF! #NUL! #VALEUR! #NOM? #NOMBRE! #PROPAGATION! #LEEG! #DEEL/0! #WAARDE! #VERW! #NAAM? #GETAL! #N/B
  #NULO! #VALOR! #NOME? #NÚM! #N/D #DESPEJAR! #¡NULO! #¡DIV/0! #¡VALOR! #¡REF! #¿NOMBRE? #¡NUM! #NULLO! #VALORE! #RIF!`.split(
    /\s+/,
  ),
)

/** The reason to reject a cell that a spreadsheet wrote instead of its value; undefined for other cells. */
export function spreadsheetError(cell: string): string | undefined {
  const text = cell.trim()
  if (/^#{2,}$/.test(text))
    return 'is only # signs, because the column was too narrow: widen it and save the file again'
  if (!errorValues.has(text) && !/^(Err|Fehler):\d{3}$/.test(text)) return undefined
  return 'is an error value of the spreadsheet: correct the formula of the cell and save the file again'
}

/** The content of `="00123"`, the formula by which a spreadsheet keeps text; undefined for other cells. */
function formulaText(cell: string): string | undefined {
  return /^\s*="((?:[^"]|"")*)"\s*$/.exec(cell)?.[1]?.replaceAll('""', '"')
}

/** The text that a spreadsheet shows for a cell of a CSV. */
export const shownText = (cell: string) => formulaText(cell) ?? undefused(cell)

/** The same for a code: a spreadsheet keeps the digits of `'00123`. */
export const shownCode = (cell: string) => shownText(cell).replace(/^'(?=\d+$)/, '')

const replacements: Record<string, string> = {
  '．': '.',
  '，': ',',
  '／': '/',
  '％': '%',
  '（': '(',
  '）': ')',
  '＋': '+',
}
const around = /^[\p{White_Space}\p{Cf}]+|[\p{White_Space}\p{Cf}]+$/gu
const fullWidth = /[０-９．，／％（）＋]/g

/** A number or date in ASCII: without wrapping and white space around it, one kind of minus and of space, digits of normal width. */
export function plain(cell: string): string {
  const bare = (formulaText(cell) ?? cell).replace(around, '').replace(/^'/, '').replace(around, '')
  return bare
    .replace(/[‐‑‒–−﹣－]/g, '-')
    .replace(/\p{Zs}/gu, ' ')
    .replace(fullWidth, (letter) => replacements[letter] ?? String(letter.charCodeAt(0) - 0xff10))
}
