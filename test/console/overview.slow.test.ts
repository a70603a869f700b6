import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '../../client/index.ts'
import { hasBrowser } from '../support/browser.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { expectAccessible } from './accessible.ts'
import { type ConsoleRig, openConsole } from './rig.ts'

const dateRange = { fromDate: '2017-01-01', toDate: '2017-12-31' }

describe.runIf(hasBrowser)('the overview', () => {
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

  it('says how to fill it when nothing has happened', async () => {
    const { page } = await console.open('#/overview')
    await page.getByText('No operation is active or has ended in this window.').waitFor()
    await expectAccessible(page)
  })

  it('counts what ends without a reload, and links to it', async () => {
    const { page } = await console.open('#/overview')
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    const longrun = createClient({ baseUrl: service.url, apiKey: service.apiKey })
    const done = await longrun.generateReport({ reportType: 'SALES_BY_COUNTRY', dateRange, format: 'CSV' })
    await done.result()
    const empty = { fromDate: '1990-01-01', toDate: '1990-01-02' }
    const failed = await longrun.generateReport({ reportType: 'SALES_BY_COUNTRY', dateRange: empty, format: 'CSV' })
    await failed.result().catch(() => {})
    const counts = page.getByRole('region', { name: 'Counts' })
    await counts.getByRole('link', { name: 'Completed 1' }).waitFor()
    const link = counts.getByRole('link', { name: 'Failed 1' })
    await link.waitFor()
    await page.getByRole('link', { name: 'NO_DATA_IN_RANGE' }).first().waitFor()
    const row = page.getByRole('row', { name: /^generateReport/ })
    expect(await row.getByRole('cell').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^\d+(\.\d)? (ms|s)$/)]),
    )
    const recent = page.getByRole('listitem').filter({ hasText: failed.id.slice(-8) })
    await recent.waitFor()
    await page.getByText('Ended operations as a table').click()
    await page.getByText('Durations as a table').click()
    const durations = page.getByRole('table', { name: 'Run time of the operations that ended, by interval' })
    await expect
      .poll(async () => {
        const cells = await durations.locator('td:nth-child(2)').allTextContents()
        return cells.reduce((sum, text) => sum + Number(text), 0)
      })
      .toBe(2)
    expect(await durations.locator('td:nth-child(3)').first().textContent()).toMatch(/^\d+(\.\d)? (ms|s)$/)
    await expectAccessible(page)
    await link.click()
    await page.locator(`#row-${failed.id}`).waitFor()
    expect(page.url()).toMatch(/#\/operations\?status=FAILED$/)
    await page.goBack()
    await page.getByRole('link', { name: '1 failed with NO_DATA_IN_RANGE' }).click()
    await page.locator(`#row-${failed.id}`).waitFor()
    expect(page.url()).toMatch(/#\/operations\?problemCode=NO_DATA_IN_RANGE$/)
    expect(await page.getByLabel('Problem code').inputValue()).toBe('NO_DATA_IN_RANGE')
    expect(await page.getByRole('button', { name: 'Cancel…' }).isDisabled()).toBe(true)
    await page.getByLabel('Problem code').fill('TIMEOUT')
    await page.keyboard.press('Enter')
    await page.getByText('No operation matches the filter.').waitFor()
    expect(page.url()).toMatch(/problemCode=TIMEOUT$/)
    await expectAccessible(page)
  })

  it('keeps window, interval and type in the URL, and ignores what it does not know', async () => {
    const { page } = await console.open('#/overview?window=P900D&interval=PT1S&type=generateReport')
    const window = page.getByRole('group', { name: 'Window' })
    await window.getByRole('button', { name: '1 hour', pressed: true }).waitFor()
    await window.getByRole('button', { name: '7 days' }).click()
    await page.getByRole('combobox', { name: /^Interval/ }).selectOption({ label: '6 hours' })
    await page.waitForURL('**/console#/overview?window=P7D&interval=PT6H&type=generateReport')
    await page.reload()
    await window.getByRole('button', { name: '7 days', pressed: true }).waitFor()
    expect(await page.getByRole('combobox', { name: /^Interval/ }).inputValue()).toBe('PT6H')
    await page.goBack()
    await page.goBack()
    await window.getByRole('button', { name: '1 hour', pressed: true }).waitFor()
    await page.getByRole('link', { name: /^Failed/ }).click()
    await page.waitForURL('**/console#/operations?status=FAILED&type=generateReport')
  })

  it('shows a problem with its page and can try again', async () => {
    const { page, allow } = await console.open('#/overview?type=%3Cb%3E')
    const alert = page.getByRole('alert').first()
    await alert.getByRole('link', { name: 'INVALID_REQUEST' }).waitFor()
    await alert.getByRole('button', { name: 'Try again' }).waitFor()
    expect(await page.locator('main b').count()).toBe(0)
    await expectAccessible(page)
    allow(/400/)
  })
})
