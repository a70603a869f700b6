import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import type { Font } from 'fontkit'
import { LRUCache } from 'lru-cache'
import { lazy } from '../../lib/lazy.ts'

/** `source` is what PDFKit opens: the name of a standard font, or a font to embed. `scale`: relative to the size of the text. */
export type ReportFont = { name: string; source: string | Font; scale: number }

export const helvetica: ReportFont = { name: 'Helvetica', source: 'Helvetica', scale: 1 }
export const helveticaBold: ReportFont = { name: 'Helvetica-Bold', source: 'Helvetica-Bold', scale: 1 }

/** A family may be divided into files, of which a report loads the few it needs. */
type FontFile = { path: string; scale: number }
/** The files that may have all of these code points. */
type Family = (codePoints: number[]) => FontFile[]

const { resolve } = createRequire(import.meta.url)

const dejaVuFiles = lazy(() => {
  const folder = dirname(resolve('@fontsource/dejavu-sans/package.json'))
  return [{ path: join(folder, 'files/dejavu-sans-latin-400-normal.woff2'), scale: 0.92 }]
})
/** Latin, Greek, Cyrillic, Hebrew, Arabic, Armenian, Georgian and symbols. Scaled, because its letters are larger than those of Helvetica. */
const dejaVu: Family = () => dejaVuFiles.get()
/** Rarer currency signs and letters, and Devanagari. */
const notoSans = divided(() => resolve('@fontsource-variable/noto-sans/unicode.json'))
const thai = divided(() => resolve('@fontsource-variable/noto-sans-thai/unicode.json'))
const chinese = divided(() => resolve('@fontsource-variable/noto-sans-sc/unicode.json'))
const japanese = divided(() => resolve('@fontsource-variable/noto-sans-jp/unicode.json'))
const korean = divided(() => resolve('@fontsource-variable/noto-sans-kr/unicode.json'))

/** Kana or Hangul anywhere in the report decide how Chinese characters look, which have one code point and a form of each country. */
function familiesFor(reportText: string) {
  if (/[\u3041-\u30ff]/.test(reportText)) return [dejaVu, notoSans, thai, japanese, chinese, korean]
  if (/[\uac00-\ud7a3]/.test(reportText)) return [dejaVu, notoSans, thai, korean, chinese, japanese]
  return [dejaVu, notoSans, thai, chinese, japanese, korean]
}

/** The fonts of one report. Not shared by reports: a parsed font remembers for which character it first saw a glyph. */
export function openFonts(reportText: string) {
  const families = familiesFor(reportText)
  const opened = new Map<string, Promise<ReportFont>>()
  const known = new Map<string, ReportFont | undefined>()

  function open({ path, scale }: FontFile): Promise<ReportFont> {
    const font = opened.get(path) ?? parse(path, scale)
    opened.set(path, font)
    return font
  }

  async function find(codePoints: number[]): Promise<ReportFont | undefined> {
    for (const family of families) {
      for (const file of family(codePoints)) {
        const font = await open(file)
        if (codePoints.every((point) => (font.source as Font).hasGlyphForCodePoint(point))) return font
      }
    }
    return undefined
  }

  return {
    /** The first font that has all characters of `text`. */
    async fontOf(text: string): Promise<ReportFont | undefined> {
      if (!known.has(text)) known.set(text, await find(Array.from(text, (character) => character.codePointAt(0) ?? 0)))
      return known.get(text)
    },
  }
}

export type ReportFonts = ReturnType<typeof openFonts>

/** Unpacked files, shared by the reports of this process: at most about 15 MB. Unpacking takes 2 ms for a file, and 100 ms for the first one. */
const unpacked = new LRUCache<string, Promise<Buffer>>({ max: 150 })

const libraries = lazy(() => Promise.all([import('fontkit'), import('subset-font')]))

async function parse(path: string, scale: number): Promise<ReportFont> {
  const loading = unpacked.get(path) ?? unpack(path)
  unpacked.set(path, loading)
  loading.catch(() => unpacked.delete(path))
  const [{ create }] = await libraries.get()
  return { name: basename(path, '.woff2'), source: create(await loading) as Font, scale }
}

/** fontkit cannot embed WOFF2 fonts, nor variable ones: this makes a TrueType font with the regular weight. */
async function unpack(path: string): Promise<Buffer> {
  const [, { default: subset }] = await libraries.get()
  const options = { keepAllGlyphs: true, noHinting: true, targetFormat: 'truetype' as const }
  const variable = path.includes('-wght-')
  return subset(await readFile(path), '', variable ? { ...options, variationAxes: { wght: 400 } } : options)
}

/** A family that Fontsource divided: `unicode.json` has the ranges of each file, `"[7]"` or `"latin"`. */
function divided(unicodeJson: () => string): Family {
  const index = lazy(() => indexOf(unicodeJson()))
  return ([first = 0, ...others]) =>
    (index.get().get(first) ?? []).filter((file) => others.every((point) => index.get().get(point)?.includes(file)))
}

function indexOf(unicodeJson: string): Map<number, FontFile[]> {
  const folder = dirname(unicodeJson)
  const ranges: Record<string, string> = JSON.parse(readFileSync(unicodeJson, 'utf8'))
  const index = new Map<number, FontFile[]>()
  for (const [part, list] of Object.entries(ranges)) {
    const name = `${basename(folder)}-${part.replace(/[[\]]/g, '')}-wght-normal.woff2`
    const file = { path: join(folder, 'files', name), scale: 1 }
    for (const range of list.split(',')) {
      const [from = 0, to = from] = range
        .replace('U+', '')
        .split('-')
        .map((hex) => Number.parseInt(hex, 16))
      for (let point = from; point <= to; point++) index.set(point, [...(index.get(point) ?? []), file])
    }
  }
  return index
}
