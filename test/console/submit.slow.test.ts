import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { csvOf } from '../handlers/order-lines.ts'
import { ask } from '../http/requests.ts'
import { hasBrowser } from '../support/browser.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { expectAccessible } from './accessible.ts'
import { type ConsoleRig, openConsole } from './rig.ts'

type Violation = { pointer?: string; parameter?: string; message: string }

const example = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).click()
const year = { fromDate: '2017-01-01', toDate: '2017-12-31' }

/** For each type how its form is filled in, and the input that the service then has. */
const forms: Record<string, { fill: (page: Page) => Promise<unknown>; input: object }> = {
  generateReport: {
    async fill(page) {
      await page.getByLabel('reportType').selectOption('ORDERS_SUMMARY')
      await page.getByLabel('fromDate').fill(year.fromDate)
      await page.getByLabel('toDate').fill(year.toDate)
      await page.getByLabel('format').selectOption('JSON')
      await page.getByRole('button', { name: 'Add filters' }).click()
      await page.getByLabel('region').fill('West')
    },
    input: { reportType: 'ORDERS_SUMMARY', dateRange: year, format: 'JSON', filters: { region: 'West' } },
  },
  analyzeOrders: {
    fill: example('Sub-categories that are ordered together, in at least 1 % of the orders'),
    input: { analysis: 'BASKET_PAIRS', format: 'JSON', baskets: { by: 'SUB_CATEGORY', minSupport: 0.01 } },
  },
  exportCustomers: {
    async fill(page) {
      await page.getByLabel('format').selectOption('CSV')
      await page.getByLabel('name', { exact: true }).check()
      await page.getByLabel('customerId').check()
      await page.getByText('In this order: name, customerId').waitFor()
    },
    input: { format: 'CSV', columns: ['name', 'customerId'] },
  },
  importOrders: {
    async fill(page) {
      const file = { name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from(csvOf([{ rowId: '1' }])) }
      await page.getByLabel('File to upload').setInputFiles(file)
      await page.getByText('orders.csv is uploaded.').waitFor()
    },
    input: { uploadId: expect.stringMatching(/^upload_/) },
  },
  deliverOrder: {
    async fill(page) {
      await page.getByLabel('orderId').fill('CA-2016-152156')
      await page.getByLabel('warehouse').fill('<b>east</b>')
    },
    input: { orderId: 'CA-2016-152156', warehouse: '<b>east</b>' },
  },
  screenCandidate: {
    async fill(page) {
      await page.getByLabel('name', { exact: false }).first().fill('Erika Mustermann')
      await page.getByLabel('birthDate').fill('1990-08-12')
      await page.getByRole('button', { name: 'Add to education' }).click()
      await page.getByLabel('institution').fill('Example University')
      await page.getByLabel('graduationYear').fill('2014')
      await page.getByLabel('candidateId').fill('cand-1')
    },
    input: { candidateId: 'cand-1' },
  },
  cancelOperations: {
    async fill(page) {
      await page.getByRole('button', { name: 'Add to status' }).click()
      await page.getByLabel('status 1 (required)').selectOption('FAILED')
      await page.getByRole('button', { name: 'Add to label' }).click()
      await page.getByLabel('label 1', { exact: false }).first().fill('no:operation')
      await page.getByLabel('reason').fill('superseded')
    },
    input: { filter: { status: ['FAILED'], label: ['no:operation'] }, reason: 'superseded' },
  },
  retryOperations: {
    fill: example('All imports that failed since a given time'),
    input: { filter: { status: ['FAILED'], type: 'importOrders' } },
  },
}

describe.runIf(hasBrowser)('the submit form', () => {
  let service: TestService
  let console: ConsoleRig
  /** The bodies that the service has got. */
  const bodies: string[] = []
  beforeAll(async () => {
    service = await startTestService({}, undefined, undefined, {
      wrapFetch:
        (fetch) =>
        async (request, ...more) => {
          if (request.method === 'POST') bodies.push(await request.clone().text())
          return fetch(request, ...more)
        },
    })
    console = await openConsole(service)
  })
  afterAll(async () => {
    await console.close()
    await service.close()
  })
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
  const openOptions = (page: Page) => page.getByText('Options:').click()

  it('offers every operation type of the contract', async () => {
    const { page } = await console.open('#/submit')
    const options = page.getByLabel('Type', { exact: true }).locator('option')
    await options.first().waitFor({ state: 'attached' })
    const values = await Promise.all((await options.all()).map((one) => one.getAttribute('value')))
    expect(new Set(values)).toEqual(new Set(Object.keys(forms)))
  })

  it.each(Object.entries(forms))('submits %s, and goes to the operation', async (name, { fill, input }) => {
    const { page } = await console.open(`#/submit?type=${name}`)
    await fill(page)
    await button(page, 'Submit').click()
    await page.waitForURL(/#\/operations\/op_/)
    const { body } = await ask(service, `/api/v1/operations/${page.url().split('/').at(-1)}?view=FULL`)
    expect(body).toMatchObject({ type: name, input })
    await page.getByRole('heading', { name }).waitFor()
    expect(await page.content()).not.toContain(service.apiKey)
  })

  it('sends the options, and shows a secret that the service made once', async () => {
    const { page } = await console.open('#/submit?type=deliverOrder')
    await page.getByLabel('orderId').fill('CA-2016-152156')
    await openOptions(page)
    await button(page, 'Add to labels').click()
    await page.getByLabel('labels name 1').fill('team')
    await page.getByLabel('labels value 1').fill('<i>crm</i>')
    await page.getByLabel('priority').selectOption('HIGH')
    await page.getByLabel('concurrencyKey').fill('east')
    await page.getByLabel('startAfter').fill('2026-01-01T12:00:00')
    await page.getByLabel('Idempotency-Key').fill('"console test"')
    await button(page, 'Add webhook').click()
    await page.getByLabel('url').fill('https://example.com/hook')
    await button(page, 'Submit').click()
    await page.getByText(/^whsec_.{20}/).waitFor()
    await page.getByRole('link', { name: 'Go to the operation' }).click()
    await page.getByRole('heading', { name: 'deliverOrder' }).waitFor()
    const { body } = await ask(service, `/api/v1/operations/${page.url().split('/').at(-1)}`)
    expect(body).toMatchObject({ labels: { team: '<i>crm</i>' }, priority: 'HIGH', concurrencyKey: 'east' })
    expect(await page.getByRole('link', { name: 'team: <i>crm</i>' }).getAttribute('href')).toContain('label=team')
  })

  it.each([
    ['generateReport', '{}'],
    [
      'generateReport',
      '{"reportType":"X","dateRange":{"fromDate":"2017-02-30","toDate":1},"format":"CSV","extra":1,"labels":{"a b":"","x/y":5}}',
    ],
    [
      'generateReport',
      '{"reportType":"ORDERS_SUMMARY","dateRange":{"fromDate":"2017-02-03","toDate":"2017-01-01"},"format":"CSV"}',
    ],
    ['analyzeOrders', '{"analysis":"RFM_SEGMENTS","format":"CSV","cohorts":{"periods":3}}'],
    ['exportCustomers', '{"format":"CSV","columns":["name","name","nobody"]}'],
    ['importOrders', '{"uploadId":""}'],
    [
      'deliverOrder',
      '{"orderId":"CA-2016-152156","warehouse":"","webhook":{"url":"http://127.0.0.1/"},"dependsOn":["x"]}',
    ],
    [
      'screenCandidate',
      '{"candidate":{"birthDate":"1890"},"education":[{"graduationYear":99999999999999999999}],"checks":[]}',
    ],
    ['cancelOperations', '{"filter":{}}'],
  ])('shows every violation beside its field: %s %s', async (type, json) => {
    const { page, allow } = await console.open(`#/submit?type=${type}`)
    await page.getByRole('tab', { name: 'JSON' }).click()
    await page.getByLabel('Input as JSON').fill(json)
    await page.getByRole('tab', { name: 'Form' }).click()
    const answer = page.waitForResponse((response) => response.request().method() === 'POST')
    await button(page, 'Check').click()
    const { errors } = (await (await answer).json()) as { errors: Violation[] }
    await page.getByText(/Correct the/).waitFor()
    for (const { pointer = '', message } of errors) {
      // The nearest known field shows the violation of an unknown one.
      const places = pointer.split('/').map((_, index, all) => all.slice(0, all.length - index).join('/'))
      const shown = await page.locator('[id$="-errors"]', { hasText: message }).all()
      const ids = await Promise.all(shown.map((one) => one.getAttribute('id')))
      const isBeside = ids.some((id) =>
        places.includes(
          String(id)
            .replace(/^[\w:-]*?(?=\/|-errors)/, '')
            .replace('-errors', ''),
        ),
      )
      expect(isBeside, `${pointer} at ${ids.join()}`).toBe(true)
    }
    allow(/422|400/)
  })

  it('keeps form and JSON in sync, with the digits of long integers', async () => {
    const { page, allow } = await console.open('#/submit?type=analyzeOrders')
    const json = page.getByLabel('Input as JSON')
    await page.getByLabel('analysis').selectOption('COHORT_RETENTION')
    await page.getByRole('tab', { name: 'JSON' }).click()
    expect(JSON.parse(await json.inputValue())).toEqual({ analysis: 'COHORT_RETENTION' })
    await json.fill('{"analysis": ')
    await page.getByText('This is not JSON yet').waitFor()
    expect(await button(page, 'Submit').isDisabled()).toBe(true)
    await json.fill('[]')
    await page.getByText('The input must be a JSON object.').waitFor()
    await json.fill('{"analysis":"COHORT_RETENTION","format":"CSV","cohorts":{"periods":9007199254740993}}')
    await expectAccessible(page)
    await page.getByRole('tab', { name: 'Form' }).click()
    const periods = page.getByLabel('periods', { exact: true })
    expect(await periods.inputValue()).toBe('9007199254740993')
    await button(page, 'Check').click()
    await page.getByText(/Correct the/).waitFor()
    expect(bodies.at(-1)).toContain('"periods":9007199254740993')
    await expectAccessible(page)
    await periods.fill('12')
    await button(page, 'Check').click()
    await page.getByText('The input is valid.').waitFor()
    allow(/422|400/)
  })

  it('asks for a missing parameter of the path, sends nothing then, and says when it is unknown', async () => {
    const { page, problems, allow } = await console.open('#/submit?type=deliverOrder')
    await button(page, 'Submit').click()
    await page.locator('.violation', { hasText: 'is required' }).waitFor()
    expect(problems).toEqual([])
    await page.getByLabel('orderId').fill('../../keys?x=1')
    await button(page, 'Submit').click()
    await page.getByRole('alert').filter({ hasText: 'NOT_FOUND' }).waitFor()
    allow(/404/)
  })
})
