import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, ended, inAnHour, submitted } from '../http/requests.ts'
import { hasBrowser } from '../support/browser.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { expectAccessible } from './accessible.ts'
import { type ConsoleRig, openConsole } from './rig.ts'

/** A page that has more controls does not let the focus come round. */
const mostControls = 300

type Kept = { url: string; html: string; local: string; cookie: string; databases: string; caches: string }

/** What a page and its origin have kept, as text. */
const keptBy = (page: Page) =>
  page.evaluate(`(async () => ({
    url: location.href,
    html: document.documentElement.outerHTML + [...document.querySelectorAll('input, textarea')].map((e) => e.value),
    local: JSON.stringify(localStorage),
    cookie: document.cookie,
    databases: JSON.stringify(await indexedDB.databases()),
    caches: JSON.stringify('caches' in globalThis ? await caches.keys() : []),
  }))()`) as Promise<Kept>

const link = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true })

/** The names in the navigation, so that a new page is tested as well. */
async function pagesOf(page: Page): Promise<string[]> {
  await page.getByRole('navigation', { name: 'Pages' }).waitFor()
  return page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents()
}

/** Opens the page, and waits until it shows something and loads nothing. */
async function openPage(page: Page, name: string) {
  await link(page, name).click()
  await page.getByRole('main').getByRole('heading').first().waitFor()
  await page.locator('main:not(:has([aria-busy=true]))').waitFor()
}

/** Presses Tab until the focus comes round; returns the controls that it did not reach. */
async function unreached(page: Page): Promise<string[]> {
  await page.evaluate('globalThis.reached = new Set()')
  // Between the last control and the first one the focus is outside of the page.
  const isRound = `(() => {
    const at = document.activeElement
    // A date has three parts in one control.
    const isRound = at !== document.body && at !== globalThis.before && reached.has(at)
    globalThis.before = at
    reached.add(at)
    return isRound
  })()`
  for (let pressed = 0; pressed < mostControls; pressed++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate(isRound)) break
  }
  return page.evaluate(`[...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter((one) => one.checkVisibility() && !one.disabled && !reached.has(one) && one.type !== 'radio')
    // In a grid, arrows move and space selects (operations.slow.test.ts).
    .filter((one) => one.tabIndex >= 0 || !one.closest('[role=grid]'))
    .map((one) => one.outerHTML)`) as Promise<string[]>
}

describe.runIf(hasBrowser)('every page of the console', () => {
  let service: TestService
  let console: ConsoleRig
  beforeAll(async () => {
    service = await startTestService()
    console = await openConsole(service)
    const path = await submitted(service, { labels: { secret: 'of-alice' } })
    await ended(service, path)
    await submitted(service, { startAfter: inAnHour(), labels: { secret: 'of-alice' } })
  })
  afterAll(async () => {
    await console.close()
    await service.close()
  })

  it('is accessible, reached by the keyboard, sends requests to its origin only, and keeps no key', async () => {
    // The rig fails on requests of other origins, on violations of the policy and on errors.
    const { page } = await console.open()
    const urls: string[] = []
    const bodies: string[] = []
    page.on('request', (request) => {
      urls.push(request.url())
      bodies.push(request.postData() ?? '')
    })
    const names = await pagesOf(page)
    expect(names.length).toBeGreaterThanOrEqual(8)
    for (const name of names) {
      await openPage(page, name)
      await expectAccessible(page)
      expect(await unreached(page), name).toEqual([])
      expect(await page.title()).toBe(`${name} · Longrun`)
      const kept = await keptBy(page)
      expect(JSON.stringify(kept), name).not.toContain(service.apiKey)
      expect(kept).toMatchObject({ local: '{}', cookie: '', databases: '[]', caches: '[]' })
    }
    expect(JSON.stringify([urls, bodies])).not.toContain(service.apiKey)
    expect(await console.context.cookies()).toEqual([])
    expect(urls.filter((url) => url.endsWith('/stream')).length).toBeLessThanOrEqual(1)
  }, 300_000)

  it('is under a strict policy, also after a reload', async () => {
    const { page, problems, allow } = await console.open('#/schedules')
    const policy = (await ask(service, '/console', { key: null })).headers.get('content-security-policy')
    expect(policy).toMatch(/^default-src 'none'; /)
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    await page.reload()
    await page.getByRole('heading', { name: 'Schedules' }).waitFor()
    // What the policy forbids is refused.
    const wasRun = page.evaluate(`new Promise((resolve) => {
      const script = document.createElement('script')
      script.textContent = 'globalThis.wasRun = true'
      document.addEventListener('securitypolicyviolation', () => resolve(globalThis.wasRun === true))
      document.body.append(script)
    })`)
    expect(await wasRun).toBe(false)
    await expect.poll(() => problems.join()).toContain('inline script')
    allow(/inline script/)
  })

  it('shows nothing of another owner', async () => {
    const other = await openConsole({ url: service.url, apiKey: service.otherKey })
    try {
      const { page } = await other.open()
      const { body } = await ask(service, '/api/v1/operations')
      const ids = (body.operations as { operationId: string }[]).map(({ operationId }) => operationId)
      expect(ids.length).toBeGreaterThan(0)
      for (const name of await pagesOf(page)) {
        await openPage(page, name)
        const { html } = await keptBy(page)
        for (const text of [...ids, 'of-alice', service.actor]) expect(html, `${name}: ${text}`).not.toContain(text)
      }
    } finally {
      await other.close()
    }
  })
})
