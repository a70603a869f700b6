import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Axe = { run: (options: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }

/** Fails when axe finds a violation of WCAG 2.2 (A, AA) or of its best practices, in light or dark colours, or the page scrolls sideways on a phone. */
export async function expectAccessible(page: Page): Promise<void> {
  const size = page.viewportSize()
  // As a function of the debugger, which the policy of the page does not concern.
  await page.evaluate(source)
  for (const [colorScheme, width] of [
    ['light', 1200],
    ['dark', 1200],
    ['light', 360],
  ] as const) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 900 })
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: Axe }).axe.run({ resultTypes: ['violations'] }),
    )
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
    expect(found, `${colorScheme}, ${width} px`).toEqual([])
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    expect(overflow, `sideways scrolling at ${width} px`).toBe(0)
  }
  await page.emulateMedia({ colorScheme: null })
  if (size) await page.setViewportSize(size)
}
