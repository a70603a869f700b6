import type { ReportFont } from './fonts.ts'
import type { Piece } from './pieces.ts'

/** Text that is drawn at once. `features`: an empty list makes PDFKit lay out the whole text, and not word by word. */
export type Run = { text: string; font: ReportFont; level: number; features: [] | undefined }

const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

/** The pieces of a line as runs of one font and direction, in the order in which they are drawn from the left. */
export function runsOf(pieces: Piece[]): Run[] {
  const groups: Piece[][] = []
  for (const piece of pieces) {
    const last = groups.at(-1)?.[0]
    if (last?.font === piece.font && last.level === piece.level) groups.at(-1)?.push(piece)
    else groups.push([piece])
  }
  return inDrawingOrder(groups.map(runOf))
}

function runOf(pieces: Piece[]): Run {
  const { font, level } = pieces[0] as Piece
  const text = pieces.map((piece) => piece.text).join('')
  if (level % 2 === 0) return { text, font, level, features: undefined }
  // fontkit reverses a text of these scripts itself.
  if (rightToLeft.test(text)) return { text, font, level, features: [] }
  const reversed = pieces.map((piece) => piece.text).reverse()
  return { text: reversed.join(''), font, level, features: [] }
}

/** UAX 9, rule L2: from the highest level down, each sequence of this level and above is reversed. */
function inDrawingOrder(runs: Run[]): Run[] {
  const ordered = [...runs]
  for (let level = Math.max(0, ...runs.map((run) => run.level)); level > 0; level--) {
    for (let from = 0; from < ordered.length; from++) {
      let to = from
      while ((ordered[to]?.level ?? -1) >= level) to++
      ordered.splice(from, to - from, ...ordered.slice(from, to).reverse())
      from = to
    }
  }
  return ordered
}
