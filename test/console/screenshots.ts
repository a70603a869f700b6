import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const folder = join(import.meta.dirname, 'screenshots')
const fontFile = join(folder, 'font.json')
/** Each picture is compared as so many squares: other times and ids change them little, a missing part changes many. */
const columns = 24
const rows = 18
/** Of 255: a square whose mean brightness differs more has other contents. */
const tolerance = 12
/** Squares that may differ, of 432. Pictures of different pages differ in 60 and more. */
export const mostDifferent = 30

/** The mean brightness of each square, computed by the browser, which can read PNG. */
const squaresOf = `async ({ png, columns, rows }) => {
  const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + png)).blob())
  const canvas = new OffscreenCanvas(columns, rows)
  const context = canvas.getContext('2d')
  context.imageSmoothingQuality = 'high'
  context.drawImage(image, 0, 0, columns, rows)
  const { data } = context.getImageData(0, 0, columns, rows)
  return Array.from({ length: columns * rows }, (_, at) => (data[4 * at] + data[4 * at + 1] + data[4 * at + 2]) / 3)
}`

/** The width of a text: with another font a page has other lines. */
const widthOfText = `(() => {
  const context = new OffscreenCanvas(1, 1).getContext('2d')
  context.font = '100px system-ui, sans-serif'
  return Math.round(context.measureText('Operations of an owner, 0123456789').width)
})()`

const isUpdate = Boolean(process.env.UPDATE_SCREENSHOTS)

/** How many squares differ between what is visible and the kept picture; undefined on a machine with another font. */
export async function differentSquares(page: Page, name: string): Promise<number | undefined> {
  const { width } = JSON.parse(readFileSync(fontFile, 'utf8'))
  // A page without a policy, which may read data: URLs.
  const blank = await page.context().newPage()
  try {
    if ((await blank.evaluate(widthOfText)) !== width) return undefined
    const squares = (png: Buffer): Promise<number[]> =>
      blank.evaluate(`(${squaresOf})(${JSON.stringify({ png: png.toString('base64'), columns, rows })})`)
    const kept = await squares(readFileSync(join(folder, `${name}.png`)))
    const shown = await squares(await page.screenshot({ animations: 'disabled', caret: 'hide' }))
    return kept.filter((brightness, at) => Math.abs(brightness - (shown[at] ?? 0)) > tolerance).length
  } finally {
    await blank.close()
  }
}

/**
 * Compares what is visible with the kept picture. `UPDATE_SCREENSHOTS=1` writes the pictures instead: look at them before you commit them.
 * On a machine with another font it says so and compares nothing.
 */
export async function expectPicture(page: Page, name: string): Promise<void> {
  const path = join(folder, `${name}.png`)
  if (isUpdate) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, await page.screenshot({ animations: 'disabled', caret: 'hide' }))
    writeFileSync(fontFile, `{ "width": ${await page.evaluate(widthOfText)} }\n`)
    return
  }
  expect(existsSync(path), `there is no ${path}: run the test with UPDATE_SCREENSHOTS=1, and look at it`).toBe(true)
  const different = await differentSquares(page, name)
  if (different === undefined) process.stderr.write(`${name}.png is not compared: this machine has another font.\n`)
  else expect(different, `squares that differ from ${path}`).toBeLessThanOrEqual(mostDifferent)
}
