import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Browser, hasBrowser, startBrowser } from '../support/browser.ts'
import { startTestService, type TestService } from '../support/service.ts'

describe.skipIf(!hasBrowser)('the API documentation in a browser', () => {
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

  async function open(hash = '', { withScript = true, colorScheme = 'light' as 'light' | 'dark', width = 1400 } = {}) {
    const page = await browser.context.newPage()
    onTestFinished(() => page.close())
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text())
    })
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(service.url) && !/^(data|blob):/.test(url)) problems.push(url)
    })
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 900 })
    if (!withScript) await page.route('**/files/api.*.js', (route) => route.abort())
    await page.goto(`${service.url}/docs${hash}`)
    return { page, problems }
  }

  it('is painted without its script: introduction, diagrams, names and navigation', async () => {
    const { page } = await open('', { withScript: false })
    expect(await page.locator('h1').first().textContent()).toContain('Longrun')
    const text = (await page.locator('body').textContent()) ?? ''
    for (const part of ['Quick start', 'Idempotency', 'Names in other texts', 'pollWithBackoff', 'Reports'])
      expect(text).toContain(part)
    const diagrams = page.locator('img[src^="docs/files/"]')
    expect(await diagrams.evaluateAll((images) => images.map((image) => Reflect.get(image, 'alt')))).toEqual([
      'Sequence of submit, poll and result',
      'States of an operation',
    ])
    const widths = await diagrams.evaluateAll((images) => images.map((image) => Reflect.get(image, 'naturalWidth')))
    for (const width of widths) expect(width).toBeGreaterThan(400)
  })

  it('shows an operation with its samples, and nothing of other hosts', async () => {
    const { page, problems } = await open('#/reports/generatereport')
    const body = page.locator('body')
    await expect
      .poll(() => body.textContent(), { timeout: 45_000 })
      .toContain('$LONGRUN_URL/api/v1/reports:generate" \\')
    await page.getByRole('button', { name: 'curl' }).first().click()
    await page.getByText('TypeScript', { exact: true }).first().click()
    await expect.poll(() => body.textContent()).toContain('await longrun.generateReport(')
    await page.getByRole('button', { name: 'TypeScript' }).first().click()
    await page.getByText('CLI', { exact: true }).first().click()
    await expect.poll(() => body.textContent()).toContain('longrun submit generateReport')
    expect(problems).toEqual([])
  })

  it('shows the 202 of a submit before its other responses, with its example', async () => {
    const { page, problems } = await open('#/reports/generatereport')
    const statuses = async () => {
      const shown = await page.getByText(/^[1-5]\d\d$/).allTextContents()
      return shown.slice(0, 3)
    }
    await expect.poll(statuses, { timeout: 45_000 }).toEqual(['202', '200', '400'])
    expect(problems).toEqual([])
  })

  it('follows the colours of the system, and fits a phone', async () => {
    const { page, problems } = await open('', { colorScheme: 'dark', width: 380 })
    await expect.poll(() => page.evaluate('document.documentElement.className')).toContain('dark')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(380)
    expect(problems).toEqual([])
  })
})
