import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { expectAccessible } from '../console/accessible.ts'
import { type Browser, hasBrowser, startBrowser } from '../support/browser.ts'
import { startTestService, type TestService } from '../support/service.ts'

const pages = ['/', '/docs/guides', '/docs/guides/channels', '/docs/guides/verify-webhooks', '/problems/RATE_LIMITED']

describe.skipIf(!hasBrowser)('the pages of text in a browser', () => {
  let service: TestService
  let browser: Browser
  beforeAll(async () => {
    service = await startTestService({ ROLES: 'api' })
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await service.close()
  })

  /** Opens the page, and collects what it must not do. */
  async function open(path: string) {
    const page = await browser.context.newPage()
    onTestFinished(() => page.close())
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text())
    })
    // The page may load its own files only.
    page.on('request', (request) => {
      if (!request.url().startsWith(service.url)) problems.push(request.url())
    })
    // Browsers ask for it by themselves.
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }))
    await page.goto(service.url + path)
    return { page, problems }
  }

  it.each(pages)('%s is accessible in light and dark colours, and fits a phone', async (path) => {
    const { page, problems } = await open(path)
    await expectAccessible(page)
    expect(problems).toEqual([])
  })

  it('the search finds pages as one types, and opens the first with Enter', async () => {
    const { page, problems } = await open('/docs/guides')
    await page.getByLabel('Search').fill('how often should I poll')
    const first = page.locator('#found a').first()
    await first.waitFor()
    expect(await first.getAttribute('href')).toBe('/docs/guides/polling')
    await page.getByLabel('Search').fill('zzzzyyyyxxxx')
    expect(await page.getByRole('status').textContent()).toBe('No page has these words.')
    await page.getByLabel('Search').fill('<img src=x onerror=alert(1)> verify signature')
    await page.getByLabel('Search').press('Enter')
    await page.waitForURL('**/docs/guides/verify-webhooks')
    expect(problems).toEqual([])
  })

  it('without scripts the list of guides has no search, and its links work', async () => {
    const page = await browser.context.newPage()
    onTestFinished(() => page.close())
    await page.route('**/search.*.js', (route) => route.abort())
    await page.goto(`${service.url}/docs/guides`)
    expect(await page.locator('form').isVisible()).toBe(false)
    await page.getByRole('link', { name: 'Polling' }).first().click()
    expect(await page.locator('h1').textContent()).toContain('Poll')
  })
})
