import bidiFactory from 'bidi-js'
import { lazy } from '../../lib/lazy.ts'
import type { ReportFont, ReportFonts } from './fonts.ts'

/**
 * What a reader takes for one character, and the font that draws it. `level` is its embedding level (UAX 9): odd is right to left. `missing`:
 * the characters that no font has, in whose place the piece is drawn.
 */
export type Piece = { text: string; font: ReportFont; level: number; missing?: string[] }

export const replacement = '□'

/** The characters of WinAnsiEncoding, in which PDFKit writes the standard fonts. */
const winAnsi = /^[\x20-\x7e\xa0-\xac\xae-\xffŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]*$/
/** Characters that are not drawn: soft hyphens, bidirectional controls, variation selectors, joiners. */
const ignorable = /\p{Default_Ignorable_Code_Point}/gu
/** In these scripts joiners change the shape of letters. */
const joining = /[\p{Script=Arabic}\p{Script=Devanagari}]/u
const ignorableButJoiners = /(?![\u200c\u200d])\p{Default_Ignorable_Code_Point}/gu
const spaces = /[\t-\r\x85\u2028\u2029]+/g

/** Opened by the first text that needs them. */
const open = lazy(() => ({
  // A CommonJS module whose types describe an ES module.
  bidi: (bidiFactory as unknown as typeof bidiFactory.default)(),
  characters: new Intl.Segmenter('en', { granularity: 'grapheme' }),
}))

export const isPlain = (text: string) => winAnsi.test(text)

/** `text` by characters, in reading order. Text of Latin-1 and common punctuation is in the font `plain`, other text in `fonts` alone. */
export async function piecesOf(text: string, plain: ReportFont, fonts: ReportFonts): Promise<Piece[]> {
  const line = text.replace(spaces, ' ')
  const composed = line.normalize('NFC')
  if (isPlain(composed)) return Array.from(composed, (character) => ({ text: character, font: plain, level: 0 }))

  const { bidi, characters } = open.get()
  const { levels } = bidi.getEmbeddingLevels(line)
  const pieces: Piece[] = []
  for (const { segment, index } of characters.segment(line)) {
    const visible = segment.replace(joining.test(segment) ? ignorableButJoiners : ignorable, '')
    if (visible === '') continue
    const level = levels[index] ?? 0
    pieces.push(...(await withFonts(inDirection(composedOf(visible), level), level, fonts)))
  }
  return pieces
}

/** A base with its marks becomes one code point where there is one. A single one stays: NFC would replace variants of Chinese characters. */
const composedOf = (character: string) => (/^.$/su.test(character) ? character : character.normalize('NFC'))

/** Brackets between letters that are read from the right are mirrored. */
function inDirection(character: string, level: number): string {
  return (level % 2 === 1 ? open.get().bidi.getMirroredCharacter(character) : null) ?? character
}

/** One piece where a font has all of `text`, or no font any of it; else a piece for each code point. */
async function withFonts(text: string, level: number, fonts: ReportFonts): Promise<Piece[]> {
  const font = await fonts.fontOf(text)
  if (font !== undefined) return [{ text, font, level }]
  const parts = []
  for (const part of text) parts.push({ text: part, font: await fonts.fontOf(part) })
  const square = await fonts.fontOf(replacement)
  if (square === undefined) throw new Error(`No font of the reports has the character ${replacement}`)
  const replaced = (missing: string[]): Piece => ({ text: replacement, font: square, level, missing })
  if (parts.every((part) => part.font === undefined)) return [replaced(parts.map((part) => part.text))]
  return parts.map((part) => (part.font ? { text: part.text, font: part.font, level } : replaced([part.text])))
}
