import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, inAnHour } from '../http/requests.ts'
import { hasBrowser } from '../support/browser.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { expectAccessible } from './accessible.ts'
import { type ConsoleRig, openConsole } from './rig.ts'

const item = (body: object = {}) => ({ type: 'exportCustomers', body: { format: 'CSV', ...body } })

describe.runIf(hasBrowser)('the batches of the console', () => {
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

  const submit = async (operations: object[]) => {
    const answer = await ask(service, '/api/v1/operations:batchCreate', { json: { operations } })
    expect(answer.status).toBe(200)
    return String(answer.body.batchId)
  }

  it('shows how to submit one while there are none, then the new one by itself', async () => {
    const { page } = await console.open('#/batches')
    await page.getByText('None of the latest 1000 operations belongs to a batch.').waitFor()
    await expectAccessible(page)
    const batchId = await submit([item(), { type: 'nonsense' }])
    await page.getByRole('link', { name: batchId }).click({ timeout: 20_000 })
    await page.getByText('1 accepted, 0 replayed, 1 refused').waitFor()
  })

  it('opens a batch by its id, and follows it to its end', async () => {
    const batchId = await submit([item(), item({ startAfter: inAnHour() })])
    const { page } = await console.open('#/batches')
    await page.getByLabel('Id of a batch').fill(` ${batchId} `)
    await page.keyboard.press('Enter')
    const row = (status: string) => page.getByRole('row').filter({ hasText: status })
    await row('Completed').filter({ hasText: '1' }).first().waitFor()
    await page.getByText('In progress').waitFor()
    await expectAccessible(page)
    const list = page.getByRole('link', { name: 'List the operations that are PENDING' })
    expect(await list.getAttribute('href')).toBe(`#/operations?batchId=${batchId}&status=PENDING`)
    await ask(service, '/api/v1/operations:cancel', { json: { filter: { batchId } } })
    await page.getByText('Done').waitFor()
    expect(await row('Cancelled').textContent()).toContain('1')
    expect(await page.getByRole('link', { name: 'All operations of this batch' }).getAttribute('href')).toBe(
      `#/operations?batchId=${batchId}`,
    )
  })

  it.each(['batch_1', '..%2Foperations', '<img src=x>'])('says that the batch %s is unknown', async (id) => {
    const { page, allow } = await console.open('#/batches')
    await page.getByLabel('Id of a batch').fill(id)
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByRole('alert').getByText('NOT_FOUND').waitFor()
    allow(/404/)
  })
})
