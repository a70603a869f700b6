import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, type Longrun } from '../../client/index.ts'
import { openRig, type Rig, textOf } from '../browser/rig.ts'
import { hasBrowser } from '../support/browser.ts'
import { startTestService, type TestService } from '../support/service.ts'

const report = {
  reportType: 'ORDERS_SUMMARY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
} as const
const nothing = { ...report, dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } }
const unknown = 'op_01890000-0000-7000-8000-000000000000'
const scenes = 'test/browser/pages/main.tsx'
const reads = /^GET \/api\/v1\/operations\/op_[\w-]+$/

describe.runIf(hasBrowser)('useOperation in a browser', () => {
  let service: TestService
  let longrun: Longrun
  let rig: Rig
  beforeAll(async () => {
    service = await startTestService()
    longrun = createClient({ baseUrl: service.url, apiKey: service.apiKey })
    rig = await openRig(service)
  })
  afterAll(async () => {
    await rig?.close()
    await service?.close()
  })
  const pending = async () =>
    (await longrun.generateReport(report, { startAfter: new Date(Date.now() + 3_600_000) })).id

  it('the example submits once at a double click, and shows progress and a download link', async () => {
    const opened = await rig.open('client/examples/react/main.tsx')
    await opened.page.getByText('Generate report').dblclick()
    const link = opened.page.getByText('Download 1687 rows')
    await link.waitFor()
    const [download] = await Promise.all([opened.page.waitForEvent('download'), link.click()])
    expect(download.suggestedFilename()).toMatch(/\.csv$/)
    expect(rig.requests(/^POST .*reports:generate/)).toHaveLength(1)
    expect(opened.problems).toEqual([])
  })

  it('StrictMode and two components of one operation read it once, by one stream, which ends with the last of them', async () => {
    const opened = await rig.open(scenes, { scene: 'switched', copies: '2', id: await pending() })
    await textOf(opened, '.status').toBe('loading PENDING')
    await expect.poll(() => rig.proxy.openStreams.size).toBe(1)
    await opened.page.getByText('Toggle').click()
    await expect.poll(() => rig.proxy.openStreams.size).toBe(0)
    expect(rig.requests(reads)).toHaveLength(1)
    expect(rig.requests(/stream/)).toHaveLength(1)
    // Shown again, it has the last state at once, and a stream.
    await opened.page.getByText('Toggle').click()
    await expect.poll(() => rig.proxy.openStreams.size).toBe(1)
    expect(await opened.page.locator('.status').allTextContents()).toEqual(['loading PENDING', 'loading PENDING'])
    expect(opened.problems).toEqual([])
  })

  it('cancels by a button whose handler is `cancel` itself, and shows the change', async () => {
    const opened = await rig.open(scenes, { scene: 'watched', id: await pending() })
    await textOf(opened, '.status').toBe('loading PENDING')
    await opened.page.getByText('Cancel').click()
    await textOf(opened, '.status').toBe('CANCELLED')
    await expect.poll(() => rig.proxy.openStreams.size).toBe(0)
    expect(opened.problems).toEqual([])
  })

  it('shows a change by another client', async () => {
    const id = await pending()
    const opened = await rig.open(scenes, { scene: 'watched', id })
    await expect.poll(() => rig.proxy.openStreams.size).toBe(1)
    await (await longrun.operation(id)).cancel()
    await textOf(opened, '.status').toBe('CANCELLED')
    expect(opened.problems).toEqual([])
  })

  it('retries once at a double click, and continues to show the first operation', async () => {
    const id = await pending()
    await (await longrun.operation(id)).cancel()
    const opened = await rig.open(scenes, { scene: 'watched', id })
    await textOf(opened, '.status').toBe('CANCELLED')
    await opened.page.getByText('Retry').dblclick()
    await textOf(opened, '.retried-as').toMatch(/^op_/)
    expect(await opened.page.locator('.id').textContent()).toBe(id)
    expect(await opened.page.locator('.retried-as').textContent()).not.toBe(id)
    expect(rig.requests(/^POST .*:retry/)).toHaveLength(1)
    expect(opened.problems).toEqual([])
  })

  it('a refused action is `actionError`, rejects nothing unhandled, and leaves the operation as it is', async () => {
    const operation = await longrun.generateReport(report)
    await operation.result()
    const opened = await rig.open(scenes, { scene: 'watched', id: operation.id })
    await textOf(opened, '.status').toBe('COMPLETED')
    await opened.page.getByText('Cancel').click()
    await textOf(opened, '.action-error').toBe('CANNOT_CANCEL')
    expect(await opened.page.locator('.error').textContent()).toBe('')
    expect(await opened.page.locator('.status').textContent()).toBe('COMPLETED')
    expect(opened.problems).toEqual([expect.stringContaining('409')])
  })

  it('a failed operation is no error', async () => {
    const { id } = await longrun.generateReport(nothing)
    const opened = await rig.open(scenes, { scene: 'watched', id })
    await textOf(opened, '.status').toBe('FAILED')
    expect(await opened.page.locator('.error').textContent()).toBe('')
    expect(opened.problems).toEqual([])
  })

  it('shows the progress of a screening, and completes what it waits for', { timeout: 120_000 }, async () => {
    const { id } = await longrun.screenCandidate({
      candidateId: 'cand-4711',
      candidate: { name: 'Claire Gute', birthDate: '1990-05-17', email: 'claire@example.com' },
      employment: [{ employer: 'Superstore', fromDate: '2014-01-01' }],
      education: [{ institution: 'University of Kentucky', degree: 'BSc' }],
      criminalRecordsPackage: 'test_review',
    })
    const opened = await rig.open(scenes, { scene: 'watched', id })
    await opened.page.getByText('Decide').click({ timeout: 60_000 })
    await textOf(opened, '.status').toBe('COMPLETED')
    const seen = await opened.page.evaluate<{ percentage?: number }[]>('seen')
    const percentages = seen.flatMap(({ percentage }) => percentage ?? [])
    expect(percentages).toEqual(percentages.toSorted((one, other) => one - other))
    expect(new Set(percentages).size).toBeGreaterThan(1)
    expect(percentages.at(-1)).toBe(100)
    expect(opened.problems).toEqual([])
  })

  it('a change of the id ends the stream of the old one, and never shows it under the new id', async () => {
    const ids = [await pending(), await pending()]
    const opened = await rig.open(scenes, { scene: 'switched', id: ids })
    for (const id of [ids[0], ids[1], ids[0], ids[1]]) {
      await textOf(opened, '.id').toBe(id)
      await opened.page.getByText('Next').click()
    }
    await expect.poll(() => rig.proxy.openStreams.size).toBe(1)
    const seen = await opened.page.evaluate<{ id: string; shown?: string }[]>('seen')
    expect(seen.filter(({ id, shown }) => shown !== undefined && shown !== id)).toEqual([])
    expect(opened.problems).toEqual([])
  })

  it.each([
    ['a Location', (id: string) => `/api/v1/operations/${id}`],
    [
      'an absolute URL with a query and a fragment',
      (id: string) => `https://example.com/api/v1/operations/${id}?view=FULL#top`,
    ],
    ['the URL of a part', (id: string) => `/api/v1/operations/${id}/events`],
    ['the URL of an action', (id: string) => `/api/v1/operations/${id}:cancel`],
  ])('accepts %s', async (_, targetOf) => {
    const id = await pending()
    const opened = await rig.open(scenes, { scene: 'watched', id: targetOf(id) })
    await textOf(opened, '.id').toBe(id)
    expect(rig.requests(reads)).toHaveLength(1)
    expect(opened.problems).toEqual([])
  })

  it('without an id requests nothing and is not loading; an action is refused', async () => {
    const opened = await rig.open(scenes, { scene: 'watched' })
    await textOf(opened, '.status').toBe('nothing')
    await opened.page.getByText('Refresh').click()
    await opened.page.getByText('Cancel').click()
    await textOf(opened, '.action-error').toBe('There is no operation yet.')
    expect(rig.requests(/api/)).toEqual([])
    expect(opened.problems).toEqual([])
  })

  it.each([
    ['that does not exist', { id: unknown }, 'OPERATION_NOT_FOUND', '404'],
    ['with a wrong key', { id: unknown, key: 'wrong-0123456789abcdef' }, 'UNAUTHENTICATED', '401'],
    ['that is no id', { id: '../keys' }, 'OPERATION_NOT_FOUND', '404'],
  ])('an operation %s is an error', async (_, query, code, status) => {
    const opened = await rig.open(scenes, { scene: 'watched', ...query })
    await textOf(opened, '.error').toBe(code)
    expect(await opened.page.locator('.status').textContent()).toBe('nothing')
    expect(rig.proxy.openStreams.size).toBe(0)
    // The browser reports the response, and there is nothing else.
    expect(opened.problems).toEqual([expect.stringContaining(status)])
  })

  it('refresh() reads again after an error', async () => {
    const id = await pending()
    const body = JSON.stringify({ type: 'about:blank', title: 'Not found', status: 404, code: 'OPERATION_NOT_FOUND' })
    rig.proxy.faults.push({ status: 404, contentType: 'application/problem+json', body })
    const opened = await rig.open(scenes, { scene: 'watched', id })
    await textOf(opened, '.error').toBe('OPERATION_NOT_FOUND')
    await opened.page.getByText('Refresh').click()
    await textOf(opened, '.status').toBe('loading PENDING')
    expect(await opened.page.locator('.error').textContent()).toBe('')
    await expect.poll(() => rig.proxy.openStreams.size).toBe(1)
  })
})
