import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClient } from '../../client/index.ts'
import { flakyProxy } from '../client/flaky-proxy.ts'
import { historian } from '../client/history.ts'
import { hasBrowser } from '../support/browser.ts'
import { createDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { type ConsoleRig, openConsole } from './rig.ts'
import { submitReports } from './rows.ts'

describe.runIf(hasBrowser)('tabs of the console', () => {
  let service: TestService
  let proxy: Awaited<ReturnType<typeof flakyProxy>>
  let console: ConsoleRig
  let database: Awaited<ReturnType<typeof createDatabase>>
  let history: ReturnType<typeof historian>
  beforeEach(async () => {
    database = await createDatabase({ withSample: true })
    service = await startTestService({ ROLES: 'api' }, database)
    proxy = await flakyProxy(service.url)
    console = await openConsole(service, { url: proxy.url })
    history = historian(service)
  })
  afterEach(async () => {
    await console.close()
    await history.close()
    await proxy.close()
    await service.close()
    await database.drop()
  })

  const streams = () => proxy.requests.filter(({ path }) => path.includes('/stream'))

  it('share one event stream, and go on without a gap when the tab that has it is closed', async () => {
    const first = await console.open('#/operations')
    await first.page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    const second = await console.open('#/operations')
    await second.page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    const [id = ''] = await submitReports(service, 1)
    for (const { page } of [first, second]) await page.locator(`#row-${id}`).waitFor()
    expect(proxy.openStreams.size).toBe(1)
    expect(streams()).toHaveLength(1)

    await first.page.close()
    await expect.poll(() => streams().length).toBe(2)
    // It resumes after the last event, so that what happened in between arrives.
    expect(streams()[1]?.headers['last-event-id']).toBeTruthy()
    await history.start(id)
    await second.page.locator(`#row-${id}`).getByText('Running').waitFor()
    await history.progress(id, 42)
    await second.page.locator(`#row-${id}`).getByText('42 %').waitFor()
    expect(proxy.openStreams.size).toBe(1)
  })

  it('reconnect after a restart of the service and show what happened meanwhile', async () => {
    const [id = '', other = ''] = await submitReports(service, 2)
    const { page, allow } = await console.open('#/operations')
    await page.locator(`#row-${id}`).waitFor()
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    await service.close()
    await page.getByRole('status').filter({ hasText: 'Offline' }).waitFor()
    await history.start(id)
    await history.end(other)
    service = await startTestService({ ROLES: 'api' }, database)
    proxy.behaviour.to = service.url
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    await page.locator(`#row-${id}`).getByText('Running').waitFor()
    await page.locator(`#row-${other}`).getByText('Cancelled').waitFor()
    allow(/ERR_|50\d/)
  })

  it('ask for another key, all of them, when the key is revoked', async () => {
    const admin = createClient({ baseUrl: service.url, apiKey: service.apiKey })
    const { data } = await admin.api.POST('/keys', { body: { name: 'console', scopes: ['operations:read'] } })
    const { key = '', keyId = '' } = data ?? {}
    const first = await console.open('#/operations', { apiKey: key })
    const second = await console.open('#/overview', { apiKey: key })
    await admin.api.DELETE('/keys/{keyId}', { params: { path: { keyId } } })
    // Another list is read, unless the stream has found out before.
    await first.page.evaluate(`location.hash = '#/operations?status=FAILED'`)
    for (const { page } of [first, second]) {
      await page.getByText('The session has ended.').waitFor()
      expect(await page.evaluate('JSON.stringify(sessionStorage)')).toBe('{}')
    }
    for (const { allow } of [first, second]) allow(/401/)
    await first.page.getByLabel('API key').fill(service.apiKey)
    await first.page.getByRole('button', { name: 'Sign in' }).click()
    await first.page.getByRole('heading', { name: 'Operations' }).waitFor()
  })
})
