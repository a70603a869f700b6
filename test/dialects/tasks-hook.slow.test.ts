import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openRig, type Rig, textOf } from '../browser/rig.ts'
import { ask, ended, inAnHour, submitted } from '../http/requests.ts'
import { hasBrowser } from '../support/browser.ts'
import { startTestService, type TestService } from '../support/service.ts'

const page = 'test/browser/pages/tasks.tsx'
const reads = /^GET \/compat\/tasks\/reports\/operations\/op_[\w-]+$/

describe.runIf(hasBrowser)('the hook of tasks in a browser', () => {
  let service: TestService
  let rig: Rig
  beforeAll(async () => {
    service = await startTestService()
    rig = await openRig(service)
  })
  afterEach(() => service.check.assertKept())
  afterAll(async () => {
    await rig?.close()
    await service?.close()
  })

  const start = async (more: Record<string, unknown> = {}) => {
    const { headers } = await ask(service, '/compat/tasks/reports', { json: { type: 'annual-sales', ...more } })
    return headers.get('location') ?? ''
  }
  /** An operation that is pending until it is cancelled. */
  const pending = async () =>
    `/compat/tasks/reports/operations/${(await submitted(service, { startAfter: inAnHour() })).split('/').at(-1)}`

  it('shows a link to the file, which the browser downloads', async () => {
    const opened = await rig.open(page, { address: await start() })
    const link = opened.page.getByText('Download')
    await link.waitFor()
    const [download] = await Promise.all([opened.page.waitForEvent('download'), link.click()])
    expect(download.suggestedFilename()).toMatch(/\.pdf$/)
    expect(opened.problems).toEqual([])
  })

  it('shows the error of a failed report, read once', async () => {
    const address = await start({ date_range: { from_date: '1990-01-01', to_date: '1990-12-31' } })
    await ended(service, `/api/v1/operations/${address.split('/').at(-1)}`)
    const opened = await rig.open(page, { address })
    await textOf(opened, 'p').toBe('failed: There are no orders from 1990-01-01 to 1990-12-31.')
    expect(rig.requests(reads)).toHaveLength(1)
  })

  it('polls while it is pending, and ends when it was cancelled', async () => {
    const address = await pending()
    const opened = await rig.open(page, { address })
    await textOf(opened, 'p').toBe('Generating: 0%')
    await expect.poll(() => rig.requests(reads).length).toBeGreaterThan(1)
    await ask(service, address, { method: 'DELETE' })
    await textOf(opened, 'p').toBe('cancelled: undefined')
    expect(opened.problems).toEqual([])
  })

  it('goes on when the page is opened again', async () => {
    const address = await pending()
    const first = await rig.open(page, { address })
    await textOf(first, 'p').toBe('Generating: 0%')
    await first.page.close()
    await ask(service, address, { method: 'DELETE' })
    await textOf(await rig.open(page, { address }), 'p').toBe('cancelled: undefined')
  })

  it('shows the message of an unknown report', async () => {
    const opened = await rig.open(page, { address: '/compat/tasks/reports/operations/op_1' })
    await textOf(opened, 'p').toBe('undefined: There is no such operation, or it is not yours.')
  })
})
