import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const folder = join(import.meta.dirname, 'screenshots')
/** Each picture is compared as so many squares: other fonts and other times change them little, a missing part changes many. */
const columns = 24
const rows = 18
/** Of 255: a square whose mean brightness differs more has other contents. */
const tolerance = 24
/** Squares that may differ, of 432. */
const mostDifferent = 20

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

/**
 * Compares what is visible with the kept picture. `UPDATE_SCREENSHOTS=1` writes the pictures instead: look at them before you commit them.
 * The first picture of a name is written as well, and fails the test, so that it is not kept unseen.
 */
export async function expectPicture(page: Page, name: string): Promise<void> {
  const path = join(folder, `${name}.png`)
  const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' })
  const isKept = existsSync(path)
  if (process.env.UPDATE_SCREENSHOTS || !isKept) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, picture)
    expect(isKept || process.env.UPDATE_SCREENSHOTS, `${path} is new: look at it, then run the test again`).toBeTruthy()
    return
  }
  // A page without a policy, which may read data: URLs.
  const blank = await page.context().newPage()
  try {
    const squares = async (png: Buffer): Promise<number[]> =>
      blank.evaluate(`(${squaresOf})(${JSON.stringify({ png: png.toString('base64'), columns, rows })})`)
    const [kept, shown] = [await squares(readFileSync(path)), await squares(picture)]
    const different = kept.filter((brightness, at) => Math.abs(brightness - (shown[at] ?? 0)) > tolerance)
    expect(different.length, `squares of ${name}.png that differ`).toBeLessThanOrEqual(mostDifferent)
  } finally {
    await blank.close()
  }
}
