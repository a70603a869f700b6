import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, inAnHour, submitted } from '../http/requests.ts'
import { hasBrowser } from '../support/browser.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { expectAccessible } from './accessible.ts'
import { type ConsoleRig, openConsole } from './rig.ts'

describe.runIf(hasBrowser)('the workers, keys and audit of the console', () => {
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

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
  const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text })
  const idOf = (path: string) => path.split('/').at(-1) ?? ''

  it('shows the workers and, by themselves, the queues', async () => {
    const { page } = await console.open('#/workers')
    await page.getByText('No operation waits or runs').waitFor()
    await row(page, 'worker_').getByText('Valid').waitFor()
    await submitted(service, { startAfter: inAnHour() })
    await page.getByRole('link', { name: '1 generateReport PENDING' }).waitFor()
    await expectAccessible(page)
  })

  it('creates a key with scopes and an expiry, shows it once, and revokes it by its name', async () => {
    const { page } = await console.open('#/keys')
    await page.getByText('No keys were created').waitFor()
    await page.getByText('New key').click()
    await page.getByLabel('Name').fill('<i>nightly</i>')
    await page.getByRole('checkbox', { name: 'operations:write' }).check()
    await page.getByLabel('Expires').selectOption('30')
    await expectAccessible(page)
    await button(page, 'Create the key').click()
    const shown = page.getByRole('region', { name: 'Key <i>nightly</i>' })
    const key = (await shown.locator('code').textContent()) ?? ''
    expect(key).toMatch(/^lr_/)
    expect((await ask(service, '/api/v1/operations', { key })).status).toBe(200)
    await expectAccessible(page)
    await button(page, 'I have stored it').click()
    await shown.waitFor({ state: 'detached' })
    expect(await page.content()).not.toContain(key)

    const created = row(page, '<i>nightly</i>')
    expect(await created.textContent()).toMatch(/operations:read, operations:write.*Active.*in (29|30) days/)
    await created.getByRole('button', { name: 'Revoke <i>nightly</i>' }).click()
    await page.getByRole('dialog', { name: 'Revoke <i>nightly</i>?' }).waitFor()
    await expectAccessible(page)
    await button(page, `Revoke ${key.slice(0, 11)}…`).click()
    await created.getByText('Revoked').waitFor()
    expect((await ask(service, '/api/v1/operations', { key })).status).toBe(401)
  })

  it('shows who did what to which operation, from the history and as it happens', async () => {
    const cancelled = await submitted(service, { startAfter: inAnHour() })
    await ask(service, `${cancelled}:cancel`, { json: { reason: '<b>superseded</b>' } })
    const { page } = await console.open('#/keys')
    const old = row(page, idOf(cancelled))
    await old.filter({ hasText: 'Cancelled' }).filter({ hasText: '<b>superseded</b>' }).waitFor()
    expect(await old.filter({ hasText: 'Pending' }).textContent()).toContain(service.actor)
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    const path = await submitted(service, { startAfter: inAnHour() })
    await row(page, idOf(path)).filter({ hasText: '127.0.0.1' }).waitFor()
    await expectAccessible(page)
  })

  it('says plainly that a key without the scope admin cannot see keys and workers, and shows the rest', async () => {
    const reader = await openConsole({ url: service.url, apiKey: service.readerKey })
    try {
      const { page, allow } = await reader.open('#/keys')
      await page.getByText('Only a key with the scope admin shows the keys of the owner.').waitFor()
      await page.getByRole('region', { name: 'Audit' }).waitFor()
      await expectAccessible(page)
      await page.getByRole('link', { name: 'Workers and queues' }).click()
      await page.getByText('Only a key with the scope admin shows the workers.').waitFor()
      await page.getByRole('link', { name: /generateReport PENDING$/ }).waitFor()
      allow(/403/)
    } finally {
      await reader.close()
    }
  })
})
