import { LRUCache } from 'lru-cache'
import { helvetica, type ReportFont, type ReportFonts } from './fonts.ts'
import { isPlain, type Piece, piecesOf, replacement } from './pieces.ts'
import { type Run, runsOf } from './runs.ts'

type Line = { pieces: Piece[]; runs: (Run & { width: number })[]; width: number }

/** Text beyond this is cut before it is measured; no line of a page has so many characters. */
const longest = 2000
/** Distance from the top of a line to its baseline, as a part of the font size. */
const ascent = 0.718
const mostListed = 40
const ellipsis = '…'

/** Measures and draws text of any script at positions of `document`, and counts what it cannot draw. */
export function openTextWriter(document: PDFKit.PDFDocument, fonts: ReportFonts) {
  const missing = new Map<string, number>()
  /** Names repeat in a report, and to measure Chinese takes a millisecond. */
  const fitted = new LRUCache<string, Line>({ max: 1000 })
  let replaced = 0

  function lineOf(pieces: Piece[], size: number): Line {
    const runs = runsOf(pieces).map((run) => {
      useFont(run.font, size)
      return { ...run, width: document.widthOfString(run.text, { features: run.features }) }
    })
    return { pieces, runs, width: runs.reduce((sum, { width }) => sum + width, 0) }
  }

  /** PDFKit keeps an opened font by the second argument. Its types know no parsed fonts. */
  function useFont({ source, name, scale }: ReportFont, size: number) {
    document.font(source as string, name).fontSize(size * scale)
  }

  /** The most pieces that fit into `width` together with `end`. */
  function most(pieces: Piece[], width: number, size: number, end: Piece[] = []): number {
    let [fits, tooMany] = [0, pieces.length + 1]
    while (tooMany - fits > 1) {
      const middle = (fits + tooMany) >> 1
      if (lineOf([...pieces.slice(0, middle), ...end], size).width <= width) fits = middle
      else tooMany = middle
    }
    return fits
  }

  function draw({ pieces, runs }: Line, x: number, top: number, size: number) {
    let left = x
    for (const run of runs) {
      useFont(run.font, size)
      // The width and the words are given so that PDFKit does not measure again.
      const measured = { textWidth: run.width, wordCount: 1 }
      const options = { lineBreak: false, baseline: 'alphabetic' as const, features: run.features }
      document.text(run.text, left, top + ascent * size, { ...options, ...measured })
      left += run.width
    }
    for (const piece of pieces.filter((each) => each.missing)) {
      replaced++
      for (const character of piece.missing ?? []) missing.set(character, (missing.get(character) ?? 0) + 1)
    }
  }

  /** An ellipsis in the direction of the paragraph, which is the lowest level of its text. */
  async function ellipsisOf(pieces: Piece[]): Promise<Piece[]> {
    const level = Math.min(...pieces.map((piece) => piece.level))
    const plain = pieces.every((piece) => isPlain(piece.text)) ? pieces[0]?.font : undefined
    const font = plain ?? (await fonts.fontOf(ellipsis))
    return font ? [{ text: ellipsis, font, level }] : []
  }

  async function fitPieces(text: string, width: number, size: number, plain: ReportFont): Promise<Line> {
    const pieces = await piecesOf(text.slice(0, longest), plain, fonts)
    const line = lineOf(pieces, size)
    if (line.width <= width && text.length <= longest) return line
    const end = await ellipsisOf(pieces)
    return lineOf([...pieces.slice(0, most(pieces, width, size, end)), ...end], size)
  }

  return {
    draw,

    /** One line of at most `width`; longer text ends with an ellipsis. */
    async fit(text: string, width: number, size: number, plain: ReportFont): Promise<Line> {
      if (isPlain(text)) {
        const whole = lineOf([{ text, font: plain, level: 0 }], size)
        if (whole.width <= width) return whole
      }
      const key = `${width} ${size} ${plain.name} ${text}`
      const line = fitted.get(key) ?? (await fitPieces(text, width, size, plain))
      fitted.set(key, line)
      return line
    },

    /** Draws `text` below the current position, in as many lines as it needs. Opens a page where the page has no room. */
    async paragraph(text: string, size: number) {
      const { left, right, bottom } = document.page.margins
      const width = document.page.width - left - right
      let rest = await piecesOf(text, helvetica, fonts)
      while (rest.length > 0) {
        let count = most(rest, width, size) || 1
        const space = rest.slice(0, count).findLastIndex((piece) => piece.text === ' ')
        if (count < rest.length && space > 0) count = space + 1
        if (document.y + 1.2 * size > document.page.height - bottom) document.addPage()
        const top = document.y
        draw(lineOf(rest.slice(0, count), size), left, top, size)
        document.x = left
        document.y = top + 1.2 * size
        rest = rest.slice(count)
      }
    },

    /** Says how many characters were replaced so far, and which. */
    note(): string | undefined {
      if (replaced === 0) return undefined
      const list = [...missing].slice(0, mostListed).map(([character, count]) => {
        const name = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
        return count === 1 ? name : `${name} (${count} times)`
      })
      if (missing.size > mostListed) list.push(`${missing.size - mostListed} others`)
      const subject = replaced === 1 ? '1 character has' : `${replaced.toLocaleString('en-US')} characters have`
      const verb = replaced === 1 ? 'is' : 'are'
      return `${subject} no glyph in the fonts of this report and ${verb} shown as ${replacement}: ${list.join(', ')}.`
    },
  }
}

export type TextWriter = ReturnType<typeof openTextWriter>
