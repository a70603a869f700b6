import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '../../client/index.ts'
import { hasBrowser } from '../support/browser.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { type ConsoleRig, openConsole } from './rig.ts'
import { differentSquares, expectPicture, mostDifferent } from './screenshots.ts'

const year = { fromDate: '2017-01-01', toDate: '2017-12-31' }

/** The pages with the same contents in each run: a few operations of each outcome. README.md shows the first picture. */
describe.runIf(hasBrowser)('the pictures of the console', () => {
  let service: TestService
  let rig: ConsoleRig
  let deliveryId: string
  beforeAll(async () => {
    service = await startTestService()
    const longrun = createClient({ baseUrl: service.url, apiKey: service.apiKey })
    for (const format of ['CSV', 'JSON', 'PDF', 'CSV', 'JSON', 'CSV'] as const) {
      const report = await longrun.generateReport({ reportType: 'SALES_BY_COUNTRY', dateRange: year, format })
      await report.result()
    }
    const none = { fromDate: '2001-01-01', toDate: '2001-12-31' }
    const empty = await longrun.generateReport({ reportType: 'SALES_BY_COUNTRY', dateRange: none, format: 'CSV' })
    await empty.result().catch(() => {})
    const delivery = await longrun.deliverOrder({ orderId: 'CA-2016-152156', carrierService: 'test_declined' })
    await delivery.result().catch(() => {})
    deliveryId = delivery.id
    rig = await openConsole(service)
  })
  afterAll(async () => {
    await rig?.close()
    await service?.close()
  })

  it.each([
    ['overview', () => '#/overview', 'Throughput'],
    ['operations', () => '#/operations', 'deliverOrder'],
    ['delivery', () => `#/operations/${deliveryId}`, 'Undone, in case'],
    ['submit', () => '#/submit?type=generateReport', 'Submit'],
  ])('%s', async (name, route, text) => {
    const { page } = await rig.open(route())
    await page.getByRole('status').filter({ hasText: 'Live' }).first().waitFor()
    await page.locator('main').getByText(text).first().waitFor()
    await expectPicture(page, name)
  })

  it('a picture of another page is noticed', async () => {
    const { page } = await rig.open('#/submit?type=generateReport')
    await page.locator('main').getByText('reportType').first().waitFor()
    const different = await differentSquares(page, 'overview')
    if (different !== undefined) expect(different).toBeGreaterThan(mostDifferent)
  })
})
