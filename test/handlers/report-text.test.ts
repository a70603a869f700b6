import { extractTextItems, getDocumentProxy, getMeta } from 'unpdf'
import { beforeAll, expect, test } from 'vitest'
import type { ReportQuery } from '../../server/database/reports/queries.ts'
import { helvetica, openFonts } from '../../server/handlers/report/fonts.ts'
import { render } from '../../server/handlers/report/pdf.ts'
import { piecesOf } from '../../server/handlers/report/pieces.ts'
import { runsOf } from '../../server/handlers/report/runs.ts'

// Read by pdf.js. [what it is, name of a product, text that the document contains]
const drawn: [string, string, string?][] = [
  ['Euro sign, dash and quotation marks (Windows-1252)', '€ 5 – “x”'],
  ['other punctuation of Windows-1252', '„Ž” ‹š› •†‡ … ‰ ™ Œœ ƒ'],
  ['Latin Extended-A: Polish', 'Łódź'],
  ['Latin Extended-A and B: Czech, Romanian, Turkish, Hungarian', 'Dvořák Țară İşğı Őrség'],
  ['Latin Extended Additional: Vietnamese', 'Tiếng Việt'],
  ['Greek, with polytonic letters', 'Ελληνικά Ἀθῆναι'],
  ['Cyrillic: Russian, Ukrainian, Serbian, Kazakh', 'Кириллица ґїє ђћ қңө'],
  ['Armenian and Georgian', 'Հայ ქართული'],
  ['currency signs of the block U+20A0', '₽ ₹ ₺ ₩ ₪ ₫ ₦ ₴ ₿ ₾ ₸'],
  ['emoji that are symbols', '❤ ☎ 😀'],
  ['arrows, mathematics, check marks, stars', '→ ← ⇒ ≤ ≠ ∞ ✓ ★ № ①'],
  ['dashes and spaces of the block U+2000', 'a‑b‒c―d e\u202ff', 'a‑b‒c―d e f'],
  ['Japanese: Kanji, Katakana, Hiragana', '日本語テストひらがな'],
  ['fullwidth forms and CJK punctuation', '「ＡＢＣ」、１２３。'],
  ['Chinese: simplified', '简体中文 喆堃'],
  ['Chinese: traditional', '臺灣繁體'],
  ['Korean: Hangul', '한국어'],
  ['Korean: Hangul in decomposed form (UAX 15)', '한국어'.normalize('NFD'), '한국어'],
  ['an e with a combining acute accent (UAX 15)', 'Caf\u0065\u0301', 'Café'],
  ['a combining mark without a composed form', 'q\u0303 и\u0301'],
  ['fi, fl and ffi, which fonts draw as ligatures', 'Łofi office flow'],
  ['a ligature that is a character, which pdf.js divides', 'ﬁ', 'fi'],
  ['Hebrew (UAX 9)', 'שלום עולם'],
  ['Arabic (UAX 9)', 'مرحبا بالعالم'],
  ['Devanagari', 'नमक'],
  ['Thai', 'ภาษาไทย'],
  ['a soft hyphen', 'soft\u00adhyphen', 'softhyphen'],
  ['zero-width space, joiner, no-break space, word joiner', 'a\u200bb\u200dc\ufeffd\u2060e', 'abcde'],
  ['bidirectional controls without their end (UAX 9)', 'a\u2067b\u2066c\u202a', 'abc'],
  ['a variation selector', '☎\ufe0f', '☎'],
  ['tab, line feed, carriage return, next line, line separator', 'a\tb\nc\r\nd\u0085e\u2028f', 'a b c d e f'],
  ['a compatibility ideograph', '\ufa19'],
  ['a character beyond the BMP', '𠮟'],
]
const replaced: [string, string, string, string[]][] = [
  ['an emoji', 'a🎁', 'a□', ['U+1F381']],
  ['an emoji of several code points with joiners (UTS 51)', '👨‍👩‍👧 x', '□ x', ['U+1F468', 'U+1F469', 'U+1F467']],
  ['an emoji with a skin tone', 'x👍🏽', 'x□', ['U+1F44D', 'U+1F3FD']],
  ['a flag', '🇩🇪x', '□x', ['U+1F1E9', 'U+1F1EA']],
  ['a script without a font', 'x𐒀', 'x□', ['U+10480']],
  ['a lone high surrogate', 'x\ud800y', 'x□y', ['U+D800']],
  ['a lone low surrogate', '\udc00y', '□y', ['U+DC00']],
  ['an unassigned code point', 'a\u0378b', 'a□b', ['U+0378']],
  ['a noncharacter', 'a\uffffb', 'a□b', ['U+FFFF']],
  ['a character for private use', 'a\ue000b', 'a□b', ['U+E000']],
  ['control characters of C0 and C1', 'a\u0001b\u009fc\u007f', 'a□b□c□', ['U+0001', 'U+009F', 'U+007F']],
]
const cut: [string, string][] = [
  ['a word of 3,000 Latin letters', 'x'.repeat(3000)],
  ['a word of 500 letters of Latin Extended-A', 'Ł'.repeat(500)],
  ['500 Chinese characters', '漢字'.repeat(250)],
  ['500 Arabic letters', 'مرحبا'.repeat(100)],
  ['300 letters with two marks each', 'q\u0303\u0323'.repeat(300)],
  ['3,000 emoji', '🎁'.repeat(3000)],
]

type Item = { str: string; x: number; y: number; width: number }

const base: ReportQuery = {
  ownerId: 'a',
  reportType: 'SALES_BY_PRODUCT',
  fromDate: '2030-01-01',
  toDate: '2030-12-31',
  filters: {},
}

async function pdfOf(names: string[], filters: ReportQuery['filters'] = {}): Promise<Uint8Array> {
  const rows = names.map((productName, index) => {
    const figures = { orderCount: '1', quantity: '1', sales: '1.00', profit: '1.00' }
    return { productId: `P-${index}`, productName, category: 'Category', subCategory: 'x', ...figures }
  })
  const totals = { rows: rows.length, orders: 1, quantity: '1', sales: '1.00', profit: '1.00' }
  const months = [{ label: '2030-01', value: 1 }]
  return Buffer.concat(await Array.fromAsync(render({ ...base, filters }, { totals, months, rows }, () => {})))
}

/** The texts of a document with their places. pdf.js measures from the bottom; pages are put below each other. */
async function itemsOf(pdf: Uint8Array): Promise<Item[]> {
  const { items } = await extractTextItems(await getDocumentProxy(new Uint8Array(pdf)))
  return items.flatMap((page, number) => page.map(({ str, x, y, width }) => ({ str, x, y: y - number * 1000, width })))
}

const textOf = (items: Item[]) => items.map((item) => item.str).join('')

let items: Item[]
/** The items of a row from the left, in the column of the product's name. */
function cellOf(name: string): Item[] {
  const index = [...drawn, ...replaced, ...cut].findIndex((each) => each[1] === name)
  const id = items.find((item) => item.str === `P-${index}`)
  const end = Math.min(...items.filter((item) => item.str === 'Category').map((item) => item.x))
  const inRow = items.filter((item) => Math.abs(item.y - (id?.y ?? 0)) < 3 && item.str.trim() !== '')
  return inRow.filter((item) => item.x > (id?.x ?? 0) && item.x < end - 1).sort((one, other) => one.x - other.x)
}

beforeAll(async () => {
  items = await itemsOf(await pdfOf([...drawn, ...replaced, ...cut].map(([, name]) => name)))
}, 60_000)

const squeezed = (text: string) => text.normalize('NFC').replace(/\s/g, '')

test.each(drawn)('%s can be read', (_, name, expected = name) => {
  const texts = cellOf(name).map((item) => item.str)
  expect(squeezed(texts.join(''))).toBe(squeezed(expected))
})

test.each(replaced)('%s is replaced, and the document says so', (_, name, expected, codes) => {
  expect(squeezed(textOf(cellOf(name)))).toBe(squeezed(expected))
  const note = textOf(items).slice(textOf(items).indexOf('characters have no glyph'))
  for (const code of codes) expect(note).toContain(code)
})

test.each(cut)('%s: cut with an ellipsis within the column', (_, name) => {
  const cell = cellOf(name)
  const nextColumn = items.find((item) => item.str === 'Category')?.x ?? 0
  expect(textOf(cell)).toContain('…')
  for (const item of cell) expect(item.x + item.width).toBeLessThan(nextColumn)
})

// fontkit draws the letters of a run of Hebrew or Arabic from the right.
test.each([
  ['Hebrew and a number after Latin', 'abc שלום 123', ['abc ', '123', 'שלום ']],
  ['Latin and a number after Hebrew', 'שלום abc 123', ['abc 123', 'שלום ']],
  ['brackets in Hebrew are mirrored', '(שלום)', [')שלום(']],
  ['a right-to-left override', '\u202eabc', ['cba']],
  ['a right-to-left isolate', 'Łb \u2067a שלום\u2069 c', ['Łb ', ' שלום', 'a', ' c']],
])('drawn from the left (UAX 9): %s', async (_, text, expected) => {
  const runs = runsOf(await piecesOf(text, helvetica, openFonts('')))
  expect(runs.map((run) => run.text)).toEqual(expected)
})

test('the note counts what was replaced, and a document that lacks nothing has none', async () => {
  const one = textOf(await itemsOf(await pdfOf(['x🎁'])))
  expect(one).toContain('1 character has no glyph in the fonts of this report and is shown as □: U+1F381.')
  const three = textOf(await itemsOf(await pdfOf(['x🎁🎁', '\ue000'])))
  expect(three).toContain('3 characters have no glyph')
  expect(three).toContain('U+1F381 (2 times), U+E000.')
  expect(textOf(await itemsOf(await pdfOf(['Łódź'])))).not.toContain('no glyph')
})

test('filters are drawn whole, in as many lines as they need', async () => {
  const filters = { country: `${'日本 ab '.repeat(16)}Łódź`, region: 'ü'.repeat(100) }
  const text = squeezed(textOf(await itemsOf(await pdfOf(['x'], filters))))
  expect(text).toContain(squeezed(filters.country))
  expect(text).toContain(filters.region)
})

test('Chinese characters have the form of the language of the report', async () => {
  const fontsOf = (pdf: Uint8Array) =>
    [
      ...Buffer.from(pdf)
        .toString('latin1')
        .matchAll(/FontName \/\w+\+(\w+)/g),
    ].map(([, name]) => name)
  expect(fontsOf(await pdfOf(['骨']))).toEqual(['NotoSansSC'])
  expect(fontsOf(await pdfOf(['骨', 'の']))).toContain('NotoSansJP')
  expect(fontsOf(await pdfOf(['骨', '한']))).toContain('NotoSansKR')
})

test('a report of Latin letters embeds no font, and one of Chinese only the characters that it has', async () => {
  const latin = await pdfOf(['Zoë', '€ 5 – “x”'])
  expect(Buffer.from(latin).toString('latin1')).not.toContain('FontFile')
  const chinese = await pdfOf(['漢字かな', '한국어', 'Łódź'])
  expect(chinese.byteLength - latin.byteLength).toBeLessThan(60_000)
})

test('a further report has the same text: reports share no parsed font', async () => {
  await pdfOf(['éÉ Ł ﬁ Ǘ'])
  expect(textOf(await itemsOf(await pdfOf(['eE L Łofi U'])))).toContain('eE L Łofi U')
})

test('the document has a title and a language', async () => {
  const { info } = await getMeta(await getDocumentProxy(new Uint8Array(await pdfOf(['x']))))
  expect(info).toMatchObject({ Title: 'Sales by product', Language: 'en' })
})
