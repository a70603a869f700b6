import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../http/requests.ts'
import { hasBrowser } from '../support/browser.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { expectAccessible } from './accessible.ts'
import { type ConsoleRig, openConsole } from './rig.ts'

const schedules = '/api/v1/schedules'
const exportAll = { type: 'exportCustomers', body: { format: 'CSV' } }

describe.runIf(hasBrowser)('the schedules of the console', () => {
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
  const scheduleAt = async (page: Page) => (await ask(service, `${schedules}/${page.url().split('/').at(-1)}`)).body

  it('shows how to create one while there are none', async () => {
    const { page } = await console.open('#/schedules')
    await page.getByText('There are no schedules.').waitFor()
    expect(await page.locator('pre').textContent()).toContain('$LONGRUN_API_KEY')
    await expectAccessible(page)
  })

  it('checks a schedule before it is created, shows violations, and creates it', async () => {
    const { page, allow } = await console.open('#/schedules/new')
    await page.getByLabel('Name').fill('<b>Nightly</b> export')
    await page.getByLabel('Cron expression').fill('30 2 31 2 *')
    await button(page, 'Check').click()
    const alert = page.getByRole('alert')
    await alert.getByText('/cron').first().waitFor()
    allow(/422/)

    await page.getByLabel('Cron expression').fill('30 2 * * MON-FRI')
    await page.getByLabel('Time zone').fill('America/New_York')
    await button(page, 'Check').click()
    await page.getByText('Valid. The next times:').waitFor()
    expect(await page.locator('ol.times li').count()).toBe(10)
    expect(await page.locator('ol.times li').first().textContent()).toMatch(/02:30:00 (GMT-[45]|EDT|EST)/)
    await expectAccessible(page)

    await page.getByLabel('Operation (JSON)').fill('{"type": ')
    await button(page, 'Create the schedule').click()
    await alert.getByText('The operation is not valid JSON').waitFor()
    await page.getByLabel('Operation (JSON)').fill(JSON.stringify(exportAll))
    await button(page, 'Create the schedule').click()
    await page.getByRole('heading', { name: '<b>Nightly</b> export' }).waitFor()
    await page.getByText('At 02:30 on Monday to Friday (America/New_York)').waitFor()
    expect(await scheduleAt(page)).toMatchObject({ cron: '30 2 * * MON-FRI', timeZone: 'America/New_York' })
  })

  it('pauses, resumes and runs it; runs appear by themselves and link to their operations', async () => {
    const { body } = await ask(service, schedules, {
      json: { name: 'Hourly', intervalSeconds: 3600, operation: exportAll },
    })
    const { page } = await console.open(`#/schedules/${body.scheduleId}`)
    await page.getByText('Every hour').waitFor()
    await button(page, 'Pause').click()
    await button(page, 'Resume').waitFor()
    expect((await scheduleAt(page)).state).toBe('PAUSED')
    await button(page, 'Resume').click()
    await button(page, 'Pause').waitFor()
    await button(page, 'Run now').click()
    const run = page.getByRole('row').filter({ hasText: 'Completed' })
    await run.waitFor()
    const [{ operationId } = { operationId: '' }] = (await scheduleAt(page)).lastRuns as { operationId: string }[]
    expect(await run.getByRole('link').getAttribute('href')).toBe(`#/operations/${operationId}`)
    await page.getByRole('img', { name: 'Latest runs: 1 completed' }).waitFor()
    await expectAccessible(page)
  })

  it('lists schedules with their next times and latest runs', async () => {
    const { page } = await console.open('#/schedules')
    const row = page.getByRole('row').filter({ hasText: 'Hourly' })
    await row.getByText('Active').waitFor()
    await row.getByRole('img', { name: 'Latest runs: 1 completed' }).waitFor()
    expect(await page.getByRole('row').filter({ hasText: 'Nightly' }).textContent()).toContain('02:30:00')
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Hourly' }).click()
    await page.getByRole('heading', { name: 'Hourly' }).waitFor()
  })

  it('changes only what was edited, and computes the next ten times', async () => {
    const { body } = await ask(service, schedules, {
      json: { name: 'Old', cron: '0 6 1 * *', endAt: '2099-01-01T00:00:00Z', operation: exportAll },
    })
    const { page } = await console.open(`#/schedules/${body.scheduleId}`)
    await button(page, 'Show the next ten').click()
    await page.locator('ol.times li').nth(9).waitFor()
    await page.getByRole('link', { name: 'Edit' }).click()
    // Another request changes another field meanwhile.
    await page.getByLabel('Name').fill('New')
    await ask(service, `${schedules}/${body.scheduleId}`, { method: 'PATCH', json: { jitterSeconds: 7 } })
    await page.getByLabel('Until').fill('')
    await button(page, 'Save the changes').click()
    await page.getByRole('heading', { name: 'New' }).waitFor()
    const saved = await scheduleAt(page)
    expect(saved).toMatchObject({ name: 'New', jitterSeconds: 7, cron: '0 6 1 * *' })
    expect(saved).not.toHaveProperty('endAt')
  })

  it('deletes after a confirmation that names the schedule', async () => {
    const { body } = await ask(service, schedules, { json: { name: 'Doomed', cron: '@daily', operation: exportAll } })
    const { page } = await console.open(`#/schedules/${body.scheduleId}`)
    await button(page, 'Delete').click()
    await page.getByRole('dialog', { name: 'Delete Doomed?' }).waitFor()
    await button(page, 'Back').click()
    await button(page, 'Delete').click()
    await button(page, 'Delete the schedule').click()
    await page.getByRole('heading', { name: 'Schedules' }).waitFor()
    await page.getByRole('row').filter({ hasText: 'Hourly' }).waitFor()
    expect(await page.getByText('Doomed').count()).toBe(0)
    expect((await ask(service, `${schedules}/${body.scheduleId}`)).status).toBe(404)
  })

  it('says that a schedule is unknown, and that a key may only read', async () => {
    const unknown = await console.open('#/schedules/schedule_1')
    await unknown.page.getByRole('alert').getByText('NOT_FOUND').waitFor()
    unknown.allow(/404/)
  })
})
