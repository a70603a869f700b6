import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hook, openHook } from '../http/hook.ts'
import { ask, ended, submitted } from '../http/requests.ts'
import { hasBrowser } from '../support/browser.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { expectAccessible } from './accessible.ts'
import { type ConsoleRig, openConsole } from './rig.ts'

const receivers = '/api/v1/webhookReceivers'

describe.runIf(hasBrowser)('the webhooks of the console', () => {
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

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
  const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text })

  it('shows how to create a receiver while there is none, and why one is refused', async () => {
    const { page, allow } = await console.open('#/webhooks')
    await page.getByText('There are no receivers.').waitFor()
    await page.getByText('New receiver').click()
    await page.getByLabel('URL').fill('ftp://example.com')
    await button(page, 'Create the receiver').click()
    await page.getByRole('alert').getByText('UNSAFE_URL').waitFor()
    allow(/422/)
    await expectAccessible(page)
  })

  it('creates a receiver, shows its secret once, and pings it', async () => {
    const { page } = await console.open('#/webhooks')
    await page.getByText('New receiver').click()
    await page.getByLabel('URL').fill(hook.url)
    await page.getByLabel('Description').fill('<script>alert(1)</script>')
    await page.getByRole('checkbox', { name: 'PROGRESS' }).check()
    await page.getByLabel('Format').selectOption('CloudEvents, structured mode')
    await button(page, 'Create the receiver').click()
    const shown = page.getByRole('region', { name: `Secret of ${hook.url}` })
    const secret = await shown.locator('code').textContent()
    expect(secret).toMatch(/^whsec_/)
    await expectAccessible(page)
    await button(page, 'I have stored it').click()
    await shown.waitFor({ state: 'detached' })
    expect(await page.content()).not.toContain(secret)

    const receiver = row(page, '<script>alert(1)</script>')
    expect(await receiver.textContent()).toContain('PROGRESS')
    expect(await receiver.textContent()).toContain('CloudEvents, structured mode')
    await receiver.getByRole('button', { name: 'Ping' }).click()
    const ping = page.getByRole('region', { name: 'Ping' })
    await ping.getByText('ACKNOWLEDGED').first().waitFor()
    await ping.getByText('2xx').waitFor()
    const [message] = hook.messages
    expect(hook.verified(message?.headers['webhook-id'], secret)).toMatchObject({ data: { event: 'PING' } })
    await expectAccessible(page)
  })

  it('rotates the secret, and shows the new one once', async () => {
    const { page } = await console.open('#/webhooks')
    await button(page, 'Rotate the secret').click()
    const dialog = page.getByRole('dialog', { name: 'Rotate the secret?' })
    await dialog.getByRole('textbox').or(dialog.getByRole('spinbutton')).fill('0')
    await dialog.getByRole('button', { name: 'Rotate the secret' }).click()
    const secret = await page.getByRole('region', { name: 'New secret of' }).locator('code').textContent()
    await page.getByRole('button', { name: 'Ping' }).click()
    await page.getByRole('region', { name: 'Ping' }).getByText('ACKNOWLEDGED').first().waitFor()
    expect(hook.verified(hook.messages.at(-1)?.headers['webhook-id'], secret)).toMatchObject({
      data: { event: 'PING' },
    })
  })

  it('shows the deliveries of an operation with their attempts, and sends one again', async () => {
    hook.status = 500
    const path = await submitted(service, { webhook: { url: hook.url, format: 'CLOUDEVENTS_BINARY' } })
    await ended(service, path)
    const { page } = await console.open('#/webhooks')
    await page.getByLabel('Id of an operation').fill(path.split('/').at(-1) ?? '')
    await page.keyboard.press('Enter')
    const delivery = row(page, 'Completed').first()
    await delivery.getByText('REFUSED').first().waitFor()
    await delivery.locator('summary').click()
    await delivery.getByText('5xx').waitFor()
    await expectAccessible(page)
    hook.status = 204
    await delivery.getByRole('button', { name: /^Redeliver/ }).click()
    await delivery.getByText('Delivered').waitFor()
    await delivery.getByText('ACKNOWLEDGED').first().waitFor()
    await page.getByRole('link', { name: path.split('/').at(-1) ?? '' }).click()
    await page.getByText('(CloudEvents, binary mode)').waitFor()
    await expectAccessible(page)
  })

  it('enables a receiver that answered 410, and deletes it', async () => {
    hook.status = 410
    await ended(service, await submitted(service))
    const { page } = await console.open('#/webhooks')
    const disabled = row(page, 'It answered 410.')
    while (!(await disabled.count())) {
      await page.reload()
      await row(page, hook.url).waitFor()
    }
    await expectAccessible(page)
    await disabled.getByRole('button', { name: 'Enable' }).click()
    await row(page, hook.url).getByText('Enabled').waitFor()
    await button(page, 'Delete').click()
    await button(page, 'Delete the receiver').click()
    await page.getByText('There are no receivers.').waitFor()
    expect((await ask(service, receivers)).body).toEqual({ webhookReceivers: [] })
  })

  it('says that an operation is unknown', async () => {
    const { page, allow } = await console.open('#/webhooks/deliveries/op_1')
    await page.getByRole('alert').getByText('OPERATION_NOT_FOUND').waitFor()
    allow(/404/)
  })
})
