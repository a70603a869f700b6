import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { flakyProxy } from '../client/flaky-proxy.ts'
import { onDatabase } from '../http/database.ts'
import { type Hook, openHook } from '../http/hook.ts'
import { ask, ended, inAnHour, report } from '../http/requests.ts'
import { hasBrowser } from '../support/browser.ts'
import { createDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { expectAccessible } from './accessible.ts'
import { type ConsoleRig, openConsole } from './rig.ts'

describe.runIf(hasBrowser)('the operation page', () => {
  let service: TestService
  let console: ConsoleRig
  let hook: Hook
  beforeAll(async () => {
    service = await startTestService({ WEBHOOK_ALLOW_INSECURE: 'true' })
    console = await openConsole(service)
    hook = await openHook()
  })
  afterAll(async () => {
    hook.close()
    await console.close()
    await service.close()
  })

  const idOf = (path: string) => path.split('/').at(-1) ?? ''
  async function start(path: string, json: object): Promise<string> {
    const { status, headers } = await ask(service, `/api/v1${path}`, { json })
    expect(status).toBe(202)
    return headers.get('location') ?? ''
  }
  const openOperation = (path: string) => console.open(`#/operations/${idOf(path)}`)
  const status = (page: Page, text: string) => page.getByRole('heading', { level: 1 }).getByText(text, { exact: true })
  const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
  /** Neither the address nor the page nor what it copies has the key. */
  async function expectNoKey(page: Page) {
    expect(page.url()).not.toContain('?')
    expect(page.url() + (await page.content())).not.toContain(service.apiKey)
  }

  it('shows a report to its end, its first rows, and downloads its bytes', async () => {
    const path = await start('/reports:generate', report)
    const { page } = await openOperation(path)
    await page.getByRole('progressbar', { name: 'Progress of the operation' }).waitFor()
    await status(page, 'Completed').waitFor()
    await page.getByText('100 %', { exact: true }).waitFor()
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download the file' }).click()
    const { body } = await ask(service, path)
    const { downloadUrl, size } = body.result as { downloadUrl: string; size: number }
    const bytes = Buffer.from(await (await fetch(service.url + downloadUrl)).arrayBuffer())
    expect(bytes).toHaveLength(size)
    expect((await readFile((await (await saved).path()) ?? '')).equals(bytes)).toBe(true)
    await page.getByRole('button', { name: 'Show the first rows' }).click()
    await page.getByRole('columnheader', { name: 'orderId' }).waitFor()
    expect(await page.getByRole('table', { name: 'First rows of the file' }).getByRole('row').count()).toBe(21)
    await page.getByText('The operation has completed.').waitFor()
    expect(await page.getByRole('button', { name: 'Cancel…' }).isDisabled()).toBe(true)
    expect(await page.getByText('curl -H').first().textContent()).toContain('Bearer $LONGRUN_API_KEY')
    await expectNoKey(page)
  })

  it('cancels with a reason, retries, and links both operations', async () => {
    const reason = '<img src=x onerror=alert(1)> \u202egpj.exe'
    const path = await start('/reports:generate', { ...report, startAfter: inAnHour(), labels: { team: '<b>crm</b>' } })
    const { page } = await openOperation(path)
    await status(page, 'Pending').waitFor()
    expect(await page.getByRole('button', { name: 'Retry', exact: true }).isDisabled()).toBe(true)
    await page.getByText('Only an operation that has ended can be purged.').waitFor()
    await page.getByRole('button', { name: 'Cancel…' }).click()
    await page.getByLabel('Reason (optional)').fill(reason)
    await page.getByRole('button', { name: 'Cancel the operation' }).click()
    await status(page, 'Cancelled').waitFor()
    await page.getByText('<img src=x onerror=alert(1)> ‹U+202E›gpj.exe').first().waitFor()
    expect(await page.locator('main img, main b').count()).toBe(0)
    await page.getByRole('button', { name: 'Retry', exact: true }).click()
    await page.getByText('Retry of').waitFor()
    expect(page.url()).not.toContain(idOf(path))
    await page.getByRole('link', { name: idOf(path) }).click()
    await page.getByText('The operation was retried before.').waitFor()
    await page.getByText('Retried by').waitFor()
    await expectNoKey(page)
  })

  it('shows the problem, the attempts and the compensation of a delivery, and redelivers its message', async () => {
    const path = await start('/orders/CA-2016-152156:deliver', {
      contact: 'test_declined',
      paymentMethod: 'test_flaky',
      webhook: { url: hook.url },
    })
    const { page } = await openOperation(path)
    await status(page, 'Failed').waitFor()
    const problem = region(page, 'Problem: The delivery was not confirmed')
    const link = problem.getByRole('link', { name: 'CONFIRMATION_REFUSED' })
    expect(await link.getAttribute('href')).toBe(`${service.url}/problems/CONFIRMATION_REFUSED`)
    await problem.getByText('The same input fails again. Correct the cause first.').waitFor()
    await region(page, 'Attempts').getByText('PROCESSING_ERROR').nth(1).waitFor()
    const steps = region(page, 'Steps and compensation').getByRole('listitem')
    expect(await steps.count()).toBe(4)
    await expect
      .poll(() => steps.nth(1).innerText())
      .toMatch(/Charge the payment[\s\S]*Completed[\s\S]*Refund the payment[\s\S]*Compensated/)
    expect(await steps.nth(3).innerText()).toMatch(/Failed[\s\S]*Withdraw the confirmation[\s\S]*Undone, in case/)
    await page.getByRole('log').getByText('payment vendor responded 503').first().waitFor()

    const deliveries = region(page, 'Webhook deliveries')
    await deliveries.getByText('Delivered').waitFor()
    await deliveries.getByRole('button', { name: 'Redeliver Failed' }).click()
    await deliveries.getByText('2 attempts').waitFor()
    expect(hook.messages.filter(({ body }) => body.includes(idOf(path)))).toHaveLength(2)
    await expectNoKey(page)
    await expectAccessible(page)
  })

  it('completes a wait with a form, and shows a violation at its field', async () => {
    const candidate = { name: 'Erika Mustermann', birthDate: '1990-08-12' }
    const path = await start('/candidates:screen', { candidate, criminalRecordsPackage: 'test_review' })
    const { page, allow } = await openOperation(path)
    await status(page, 'Waiting').waitFor()
    await page.getByText('Expected from: reviewer.').waitFor()
    await page.getByText(/^Expires in 2\d days/).waitFor()
    await page.getByRole('button', { name: 'Complete decision' }).click()
    await page.locator('[id$="/decision-errors"]', { hasText: 'is missing' }).waitFor()
    allow(/422/)
    await expectAccessible(page)
    await page.getByLabel('decision (required)').selectOption('CLEAR')
    await page.getByLabel('note').fill('<script>alert(1)</script>')
    await page.getByRole('button', { name: 'Complete decision' }).click()
    await status(page, 'Completed').waitFor()
    const over = page.getByRole('table', { name: 'Waits that are over' })
    await over.getByText(service.actor).waitFor()
    await region(page, 'Steps and compensation').getByText('Decision of a person').waitFor()
    expect(await page.content()).not.toContain(candidate.name)
  })

  it('shows what it depends on, and what waits for it', async () => {
    const first = await start('/reports:generate', { ...report, startAfter: inAnHour() })
    const second = await start('/reports:generate', { ...report, dependsOn: [idOf(first)], dependencyPolicy: 'CANCEL' })
    const { page } = await openOperation(first)
    await region(page, 'Dependencies')
      .getByRole('link', { name: idOf(second) })
      .click()
    await page
      .getByText('If one of them does not complete, this operation is cancelled. (CANCEL)', { exact: false })
      .waitFor()
    await region(page, 'Dependencies').getByText('Pending').waitFor()
    await region(page, 'Dependencies')
      .getByRole('link', { name: idOf(first) })
      .waitFor()
  })

  it('says clearly that there is no such operation, and that it was purged', async () => {
    const foreign = await ask(service, '/api/v1/reports:generate', { json: report, key: service.otherKey })
    const unknown = 'op_01890000-0000-7000-8000-000000000000'
    for (const id of [unknown, idOf(foreign.headers.get('location') ?? ''), 'nonsense', '%2e%2e%2fkeys', '%3Cb%3E']) {
      const { page, allow } = await console.open(`#/operations/${id}`)
      await page.getByRole('heading', { name: 'There is no such operation' }).waitFor()
      if (id === unknown) await expectAccessible(page)
      allow(/404/)
    }
    const path = await start('/reports:generate', report)
    await ended(service, path)
    const { page, allow } = await openOperation(path)
    await page.getByRole('button', { name: 'Purge…' }).click()
    await page.getByRole('button', { name: 'Purge the operation' }).click()
    await page.getByRole('heading', { name: 'The operation was deleted' }).waitFor()
    allow(/410/)
  })

  it('shows hostile results, log lines and reasons as text, and of long ones the beginning', async () => {
    const path = await start('/orders/CA-2016-152156:deliver', {})
    await ended(service, path)
    const uuid = path.slice(-36)
    const markup = '<img src=x onerror=alert(1)><script>alert(2)</script>'
    await onDatabase(
      service,
      `update operations set result = jsonb_set(result::jsonb, '{trackingNumber}', to_jsonb('${markup}' || repeat('x', 1000000)))
       where operation_id = '${uuid}'`,
    )
    await onDatabase(
      service,
      `update events set data = jsonb_build_object('message', '${markup}' || E'\\x1b[31m\\u202e\\n' || repeat('y', 1000000))
       where operation_id = '${uuid}' and event = 'log'`,
    )
    await onDatabase(
      service,
      `update events set reason = 'javascript:${markup}' where operation_id = '${uuid}' and status = 'COMPLETED'`,
    )
    // An ended operation that was just read is kept for a second, and there is no notification of these changes.
    await expect.poll(async () => (await ask(service, path)).text.includes('<img')).toBe(true)
    const { page } = await openOperation(path)
    const line = page.getByRole('log').getByText(`${markup}‹U+001B›[31m‹U+202E›`).first()
    await line.waitFor()
    expect((await line.innerText()).length).toBeLessThan(21_000)
    await region(page, 'Timeline').getByText(`javascript:${markup}`).waitFor()
    await region(page, 'Result').getByText(markup).first().waitFor()
    expect(await page.locator('main img, main script').count()).toBe(0)
    expect((await page.content()).length).toBeLessThan(400_000)
    await page.getByText('All of the result as JSON').click()
    await page.getByRole('button', { name: /^Show all 1,000,\d+ characters$/ }).click()
    expect((await region(page, 'Result').locator('pre').innerText()).length).toBeGreaterThan(1_000_000)
  })
})

describe.runIf(hasBrowser)('the operation page when the service restarts', () => {
  it('continues without a reload', async () => {
    const database = await createDatabase({ withSample: true })
    const before = await startTestService({}, database)
    const proxy = await flakyProxy(before.url)
    const console = await openConsole(before, { url: proxy.url })
    try {
      const { headers } = await ask(before, '/api/v1/reports:generate', { json: { ...report, startAfter: inAnHour() } })
      const path = headers.get('location') ?? ''
      const { page, allow } = await console.open(`#/operations/${path.split('/').at(-1)}`)
      const heading = page.getByRole('heading', { level: 1 })
      await heading.getByText('Pending').waitFor()
      await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
      await before.close()
      await page.getByText('Offline: trying to connect again').waitFor()
      const after = await startTestService({}, database)
      proxy.behaviour.to = after.url
      await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
      expect((await ask(after, `${path}:cancel`, { json: { reason: 'after the restart' } })).status).toBe(200)
      await heading.getByText('Cancelled').waitFor()
      await page.getByRole('region', { name: 'Timeline' }).getByText('after the restart').waitFor()
      await page.close()
      // The requests that failed meanwhile.
      allow(/Failed to load resource/)
      await after.close()
    } finally {
      await console.close()
      await proxy.close()
      await database.drop()
    }
  })
})
