import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '../../client/index.ts'
import { hasBrowser } from '../support/browser.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { expectAccessible } from './accessible.ts'
import { type ConsoleRig, openConsole } from './rig.ts'
import { insertOperations, submitReports } from './rows.ts'

/** Far away, so that a worker starts none of them. */
const startAfter = new Date(Date.now() + 86_400_000).toISOString()

describe.runIf(hasBrowser)('bulk actions', () => {
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

  async function statuses(ids: readonly string[], apiKey = service.apiKey): Promise<(string | undefined)[]> {
    const { api } = createClient({ baseUrl: service.url, apiKey })
    const { data } = await api.POST('/operations:batchGet', { body: { operationIds: [...ids] } })
    const found = new Map(data?.operations.map(({ operationId, status }) => [operationId, status]))
    return ids.map((id) => found.get(id))
  }

  const all = (count: number, status: string | undefined) => Array.from({ length: count }, () => status)

  it('cancels what matches the filter, as many as it says, and nothing else', async () => {
    const matching = await submitReports(service, 12, { team: 'crm' }, { startAfter })
    const others = await submitReports(service, 3, { team: 'sales' }, { startAfter })
    const foreign = await submitReports({ ...service, apiKey: service.otherKey }, 3, { team: 'crm' }, { startAfter })
    const { page } = await console.open('#/operations?label=team:crm')
    await page.getByRole('button', { name: 'Cancel…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('12 operations match now.').waitFor()
    await dialog.getByText('label team:crm').waitFor()
    await expectAccessible(page)
    await dialog.getByRole('button', { name: 'Cancel 12 operations' }).click()
    const progress = page.getByRole('region', { name: 'Bulk operation' })
    await progress.getByText('12 of 12 cancelled, 0 skipped.').waitFor()
    expect(await progress.getByRole('link').getAttribute('href')).toMatch(/^#\/operations\/op_/)
    expect(page.url()).toContain('label=team:crm')
    expect(await statuses(matching)).toEqual(all(12, 'CANCELLED'))
    expect(await statuses(others)).toEqual(all(3, 'PENDING'))
    expect(await statuses(foreign, service.otherKey)).toEqual(all(3, 'PENDING'))
  })

  it('asks again when the number changes before it is confirmed', async () => {
    await submitReports(service, 1, { team: 'race' }, { startAfter })
    const { page } = await console.open('#/operations?label=team:race')
    await page.getByRole('button', { name: 'Cancel…' }).click()
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Cancel 1 operation' })
    await confirm.waitFor()
    const later = await submitReports(service, 1, { team: 'race' }, { startAfter })
    await confirm.click()
    await page.getByText('The number of matching operations has changed.').waitFor()
    expect(await statuses(later)).toEqual(['PENDING'])
    await page.getByRole('button', { name: 'Cancel 2 operations' }).click()
    await page.getByText('2 of 2 cancelled, 0 skipped.').waitFor()
  })

  it('retries what has failed, once, and says why others are skipped', async () => {
    const failed = await insertOperations(service, { count: 4, status: 'FAILED', type: 'generateReport' })
    const { page } = await console.open('#/operations?status=FAILED')
    for (const text of ['4 of 4 retried, 0 skipped.', '0 of 4 retried, 4 skipped.']) {
      await page.getByRole('button', { name: 'Retry…' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Retry 4 operations' }).click()
      await page.getByText(text).waitFor()
    }
    await page.getByText('CANNOT_RETRY').first().waitFor()
    expect(await statuses(failed)).toEqual(all(4, 'FAILED'))
  })

  it('purges the selection one by one, skips what has not ended, and removes the rows', async () => {
    const ended = await insertOperations(service, { count: 3, type: 'exportCustomers' })
    const [kept = ''] = await insertOperations(service, { count: 1, type: 'exportCustomers', status: 'RUNNING' })
    const { page, allow } = await console.open('#/operations?type=exportCustomers')
    for (const id of [...ended, kept]) await page.getByLabel(`Select ${id}`).click()
    await page.getByText('4 selected:').waitFor()
    await page.getByRole('button', { name: 'Purge…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Purge 4 operations' }).click()
    await page.getByText('3 of 4 purged, 1 skipped. Over.').waitFor()
    await page.getByText('CANNOT_PURGE').waitFor()
    await expect.poll(() => page.getByRole('grid').locator('tbody tr[aria-rowindex]').count()).toBe(1)
    expect(await statuses([...ended, kept])).toEqual([undefined, undefined, undefined, 'RUNNING'])
    await expectAccessible(page)
    allow(/409/)
  })

  it('purges the whole filter, and stops on request', async () => {
    await insertOperations(service, { count: 40, type: 'importOrders' })
    const foreign = await insertOperations(service, { count: 5, type: 'importOrders', ownerId: 'bob' })
    const { page, allow } = await console.open('#/operations?type=importOrders')
    const purge = async () => {
      await page.getByRole('button', { name: 'Purge…' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Purge 40 operations' }).click()
    }
    // The first requests are held, so that it is stopped before any of them is sent.
    const purges = (url: URL) => url.pathname.endsWith(':purge')
    await page.route(purges, () => {})
    await purge()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('0 of 40 purged, 0 skipped. Over.').waitFor()
    await page.unroute(purges)
    await purge()
    await page.getByText('40 of 40 purged, 0 skipped. Over.').waitFor()
    await page.getByText('No operation matches the filter.').waitFor()
    allow(/ERR_/)
    expect(await statuses(foreign, service.otherKey)).toEqual(all(5, 'CANCELLED'))
  })

  it('offers no action that no status of the filter allows', async () => {
    const { page } = await console.open('#/operations?status=COMPLETED')
    expect(await page.getByRole('button', { name: 'Cancel…' }).isDisabled()).toBe(true)
    expect(await page.getByRole('button', { name: 'Retry…' }).isDisabled()).toBe(true)
    expect(await page.getByRole('button', { name: 'Purge…' }).isDisabled()).toBe(false)
  })
})
