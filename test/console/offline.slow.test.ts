import { expect, it } from 'vitest'
import { hasBrowser } from '../support/browser.ts'
import { createDatabase } from '../support/database.ts'
import { startTestService } from '../support/service.ts'
import { openConsole } from './rig.ts'

it.runIf(hasBrowser)(
  'a page says that the service is away, and goes on by itself when it is back',
  async () => {
    const database = await createDatabase({ withSample: true })
    const first = await startTestService({}, database)
    const port = new URL(first.url).port
    const console = await openConsole(first)
    const { page, allow } = await console.open('#/webhooks')
    const state = page.getByRole('status').filter({ hasText: /^Live|^Offline/ })
    await state.filter({ hasText: 'Live' }).waitFor()
    await page.getByText('There are no receivers.').waitFor()
    await first.close()
    await state.filter({ hasText: 'Offline' }).waitFor()
    // What has been read stays.
    expect(await page.getByText('There are no receivers.').isVisible()).toBe(true)
    await page.getByLabel('Id of an operation').fill('op_1')
    await page.keyboard.press('Enter')
    await page.getByText('The service does not answer. Waiting for it…').waitFor()
    // A page whose script has not been loaded.
    await page.getByRole('link', { name: 'Workers and queues' }).click()
    await page.getByRole('main').getByText('Loading…').waitFor()
    const second = await startTestService({ PORT: port }, database)
    await state.filter({ hasText: 'Live' }).waitFor()
    await page.getByRole('row').filter({ hasText: 'Valid' }).waitFor()
    allow(/ERR_|Failed to load resource/)
    await console.close()
    await second.close()
    await database.drop()
  },
  180_000,
)
