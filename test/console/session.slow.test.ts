import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser } from '../support/browser.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { expectAccessible } from './accessible.ts'
import { type ConsoleRig, openConsole } from './rig.ts'

describe.runIf(hasBrowser)('the session of the console', () => {
  let service: TestService
  let console: ConsoleRig
  beforeAll(async () => {
    service = await startTestService()
    console = await openConsole(service)
  })
  afterAll(async () => {
    await console.close()
    await service.close()
  })

  it('refuses a key that the service does not know, and says why', async () => {
    const { page, allow } = await console.open('#/overview', { apiKey: null })
    await page.getByLabel('API key').fill('alice-wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByRole('link', { name: 'UNAUTHENTICATED' }).waitFor()
    await expectAccessible(page)
    allow(/401/)
  })

  it('shows keys to a key that may administer keys only, and asks for events once', async () => {
    const { page, allow } = await console.open('#/overview', { apiKey: null })
    await page.getByLabel('API key').fill(service.powerlessKey)
    const streams: string[] = []
    page.on('response', (response) => {
      if (response.url().includes('/operations/stream')) streams.push(String(response.status()))
    })
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Keys', exact: true }).waitFor()
    // The latest events are of operations.
    await page.getByRole('alert').getByText('operations:read').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API key').waitFor()
    expect(streams).toEqual(['403'])
    allow(/403/)
  })

  it('keeps the key out of the URL and of storage that outlives the tab, and is live', async () => {
    const { page } = await console.open()
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    const kept = await page.evaluate(
      `(async () => ({
        url: location.href,
        local: JSON.stringify(localStorage),
        cookie: document.cookie,
        databases: await indexedDB.databases(),
        html: document.documentElement.outerHTML,
      }))()`,
    )
    expect(kept).toMatchObject({ local: '{}', cookie: '', databases: [] })
    expect(JSON.stringify(kept)).not.toContain(service.apiKey)
    await expectAccessible(page)
  })

  it('shares the key with a new tab, and signs out in both', async () => {
    const first = await console.open()
    const second = await console.open('#/overview', { apiKey: null })
    await second.page.getByRole('button', { name: 'Sign out' }).click()
    await first.page.getByLabel('API key').waitFor()
    expect(await first.page.evaluate('JSON.stringify(sessionStorage)')).toBe('{}')
  })

  it('says that it needs HTTPS, where the page of another machine came without it', async () => {
    const page = await console.context.newPage()
    const origin = 'http://longrun.example'
    await page.route(`${origin}/**`, async (route) => {
      const response = await fetch(route.request().url().replace(origin, service.url))
      const headers = Object.fromEntries(
        ['content-type', 'content-security-policy'].map((name) => [name, response.headers.get(name) ?? '']),
      )
      await route.fulfill({ status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) })
    })
    await page.goto(`${origin}/console`)
    await page.getByText('The console needs HTTPS').waitFor()
    expect(await page.getByLabel('API key').count()).toBe(0)
    await expectAccessible(page)
    await page.close()
  })
})
