import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { historian } from '../client/history.ts'
import { hasBrowser } from '../support/browser.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { expectAccessible } from './accessible.ts'
import { type ConsoleRig, openConsole } from './rig.ts'
import { insertOperations, submitReports } from './rows.ts'

const hostile = [
  '<img src=x onerror=alert(1)>',
  '\u202Etxt.exe\u2066',
  '"><script>alert(1)</script>',
  '🧨'.repeat(16),
  "'; --",
]

const rows = (page: Page) => page.getByRole('grid').locator('tbody tr[aria-rowindex]')
const row = (page: Page, id: string) => page.locator(`#row-${id}`)

describe.runIf(hasBrowser)('the list of operations', () => {
  let service: TestService
  let console: ConsoleRig
  let history: ReturnType<typeof historian>
  beforeAll(async () => {
    service = await startTestService({ ROLES: 'api' })
    console = await openConsole(service)
    history = historian(service)
  })
  async function open(route: string) {
    const opened = await console.open(route)
    opened.page.setDefaultTimeout(15_000)
    return opened
  }
  afterAll(async () => {
    await history.close()
    await console.close()
    await service.close()
  })

  it('says how to fill it when there is nothing, and when nothing matches', async () => {
    const { page } = await open('#/operations')
    await page.getByText('There are no operations yet').waitFor()
    expect(await page.locator('pre').textContent()).toContain('$LONGRUN_API_KEY')
    expect(await page.content()).not.toContain(service.apiKey)
    await expectAccessible(page)
    await page.getByRole('button', { name: /^Failed/ }).click()
    await page.getByText('No operation matches the filter.').waitFor()
    await page.getByRole('link', { name: 'Clear filters' }).first().click()
    await page.getByText('There are no operations yet').waitFor()
  })

  it('shows new operations at the top and what happens to them, without a reload', async () => {
    const { page } = await open('#/operations')
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    const [first = ''] = await submitReports(service, 1)
    await row(page, first).waitFor()
    const [second = ''] = await submitReports(service, 1)
    await row(page, second).waitFor()
    expect(await rows(page).first().getAttribute('id')).toBe(`row-${second}`)
    await history.start(first)
    await row(page, first).getByText('Running').waitFor()
    await history.progress(first, 42)
    await row(page, first).getByText('42 %').waitFor()
    await history.end(first)
    await row(page, first).getByText('Cancelled').waitFor()
    await page.getByRole('button', { name: /^Cancelled 1$/ }).waitFor()
    await expectAccessible(page)
  })

  it('keeps its filters in the URL, over reload, back and forward', async () => {
    const [id = ''] = await submitReports(service, 1, { team: 'crm' })
    const { page } = await open('#/operations')
    await page.getByRole('button', { name: /^Pending/ }).click()
    await page.getByText('Type, problem, label, time').click()
    await page.getByLabel('Label', { exact: true }).fill('team:crm')
    await page.getByLabel('Type', { exact: true }).fill('generateReport')
    await page.getByLabel('Created after').fill('2020-01-02T03:04')
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect.poll(() => rows(page).count()).toBe(1)
    expect(await rows(page).getAttribute('id')).toBe(`row-${id}`)
    const url = page.url()
    expect(url).toContain('status=PENDING')
    expect(url).toContain('label=team%3Acrm')
    await page.reload()
    await row(page, id).waitFor()
    expect(await page.getByLabel('Created after').inputValue()).toContain('2020-01-02T03:04')
    expect(await page.getByRole('button', { name: /^Pending/ }).getAttribute('aria-pressed')).toBe('true')
    await page.getByRole('button', { name: 'Remove the label team:crm' }).click()
    await expect.poll(() => rows(page).count()).toBeGreaterThan(1)
    await page.goBack()
    await expect.poll(() => rows(page).count()).toBe(1)
    expect(page.url()).toBe(url)
    await page.goForward()
    await expect.poll(() => rows(page).count()).toBeGreaterThan(1)
  })

  it('lets operations leave and join a filtered list', async () => {
    const [id = ''] = await submitReports(service, 1, { live: 'yes' })
    const { page } = await open('#/operations?status=RUNNING&label=live:yes')
    await page.getByText('No operation matches the filter.').waitFor()
    await history.start(id)
    await row(page, id).waitFor()
    await history.end(id)
    await row(page, id).waitFor({ state: 'detached' })
    await page.getByText('No operation matches the filter.').waitFor()
  })

  it('holds new operations back while it is paused or scrolled', async () => {
    await insertOperations(service, { count: 150, type: 'exportCustomers' })
    const { page } = await open('#/operations')
    await expect.poll(() => rows(page).count()).toBeGreaterThan(10)
    const top = await rows(page).first().getAttribute('id')
    await page.evaluate(`document.querySelector('.operations').scrollTo(0, 2000)`)
    const [scrolled = ''] = await submitReports(service, 1)
    await page.getByRole('button', { name: '1 new: show' }).click()
    await row(page, scrolled).waitFor()

    await page.getByRole('button', { name: 'Pause updates' }).click()
    const [paused = ''] = await submitReports(service, 2)
    await page.getByRole('button', { name: '2 new: show' }).waitFor()
    await history.start(scrolled)
    await history.start(paused)
    expect(await rows(page).first().getAttribute('id')).toBe(`row-${scrolled}`)
    await row(page, scrolled).getByText('Pending').waitFor()
    await page.getByRole('button', { name: 'Resume updates' }).click()
    await row(page, paused).getByText('Running').waitFor()
    await row(page, scrolled).getByText('Running').waitFor()
    expect(top).not.toBe(`row-${scrolled}`)
  })

  it('shows hostile labels as text, and hostile filters as what they are', async () => {
    for (const text of hostile) await submitReports(service, 1, { hostile: text })
    const { page, allow } = await open('#/operations?status=PENDING')
    for (const text of hostile) await page.getByText(`hostile:${text}`, { exact: true }).first().waitFor()
    await page.getByRole('link', { name: `Show only the label hostile:${hostile[0]}` }).click()
    await expect.poll(() => rows(page).count()).toBe(1)
    expect(await page.locator('main img, main script').count()).toBe(0)
    await expectAccessible(page)
    for (const query of [
      'type=<b>',
      `label=${'x'.repeat(4096)}`,
      'scheduleId=schedule_%E2%80%AE',
      'createdAfter=never',
    ]) {
      await page.evaluate(`location.hash = ${JSON.stringify(`#/operations?${query}`)}`)
      await page.getByRole('alert').getByRole('link', { name: 'INVALID_REQUEST' }).waitFor()
      await page.getByRole('link', { name: 'Clear filters' }).first().waitFor()
      await expectAccessible(page)
    }
    allow(/400/)
  })

  it('finds an operation by its id, and says why it does not', async () => {
    const [foreign = ''] = await insertOperations(service, { count: 1, ownerId: 'bob' })
    const [expired = '', own = ''] = await insertOperations(service, { count: 2 })
    await fetch(`${service.url}/api/v1/operations/${expired}:purge`, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.apiKey}` },
    })
    const { page, allow } = await open('#/operations')
    await page.keyboard.press('/')
    const field = page.getByLabel('Find by id')
    const answer = page.locator('#search-answer')
    const find = async (text: string) => {
      await field.fill(text)
      await field.press('Enter')
    }
    for (const text of ['', 'op_1', '<b>', 'x'.repeat(4096), '\u202Eop_']) {
      await find(text)
      await expect.poll(() => answer.textContent()).toContain('This is no id')
    }
    for (const id of [foreign, 'op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21']) {
      await find(id)
      await expect.poll(() => answer.textContent()).toContain(`There is no operation ${id}`)
    }
    await find(expired)
    await expect.poll(() => answer.textContent()).toMatch(/has expired: it was deleted at \d{4}/)
    await find(`  {"operationId":"${own}"}`)
    await page.waitForURL(`**/console#/operations/${own}`)
    allow(/404|410/)
  })

  it('works with the keyboard alone', async () => {
    const { page } = await open('#/operations')
    await rows(page).first().waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog').getByText('Select the operation').waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    const grid = page.getByRole('grid')
    await grid.focus()
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowDown', ' ']) await page.keyboard.press(key)
    expect(await rows(page).nth(1).getAttribute('aria-selected')).toBe('true')
    await page.getByText('1 selected:').waitFor()
    await page.keyboard.press('End')
    const last = await grid.getAttribute('aria-activedescendant')
    await expect.poll(() => grid.getAttribute('aria-activedescendant')).toMatch(/^row-op_/)
    await page.keyboard.press('Home')
    await expect.poll(() => page.evaluate(`document.querySelector('.operations').scrollTop`)).toBe(0)
    expect(last).not.toBe(await grid.getAttribute('aria-activedescendant'))
    const id = (await rows(page).first().getAttribute('id'))?.slice('row-'.length)
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/console#/operations/${id}`)
  })
})
