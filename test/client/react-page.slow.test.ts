import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, type Fetch, type Longrun } from '../../client/index.ts'
import { openRig, type Rig, serverModule, textOf } from '../browser/rig.ts'
import { hasBrowser } from '../support/browser.ts'
import { createDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'

const report = {
  reportType: 'ORDERS_SUMMARY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
} as const
const unknown = 'op_01890000-0000-7000-8000-000000000000'
const scenes = 'test/browser/pages/main.tsx'
const reads = /^GET \/api\/v1\/operations\/op_[\w-]+$/
const lists = /^GET \/api\/v1\/operations\?/
type ServerPage = { rendered(name: string, parameters: string, fetch: Fetch): string }
const later = (labels: Record<string, string> = {}) => ({ labels, startAfter: new Date(Date.now() + 3_600_000) })

describe.runIf(hasBrowser)('the React hooks in a browser', () => {
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
  const pending = async () => (await longrun.generateReport(report, later())).id

  describe('useSubmit', () => {
    const keys = () => rig.requests(/^POST .*reports:generate/).map(({ headers }) => headers['idempotency-key'])

    it('submits once at a double click, and again after reset()', async () => {
      const opened = await rig.open(scenes, { scene: 'submitted' })
      await opened.page.getByText('Submit').dblclick()
      await textOf(opened, '.state').toMatch(/^op_/)
      const first = await opened.page.locator('.state').textContent()
      await textOf(opened, '.status').toBe('loading PENDING')
      expect(keys()).toHaveLength(1)
      await opened.page.getByText('Reset').click()
      await textOf(opened, '.state').toBe('idle')
      await opened.page.getByText('Submit').click()
      await textOf(opened, '.state').toMatch(/^op_/)
      expect(await opened.page.locator('.state').textContent()).not.toBe(first)
      expect(new Set(keys()).size).toBe(2)
      expect(opened.problems).toEqual([])
    })

    it('shows a refusal, and repeats the same submit with the same key', async () => {
      const body = JSON.stringify({ type: 'about:blank', title: 'No', status: 403, code: 'INSUFFICIENT_SCOPE' })
      rig.proxy.faults.push({ status: 403, contentType: 'application/problem+json', body })
      const opened = await rig.open(scenes, { scene: 'submitted' })
      await opened.page.getByText('Submit').click()
      await textOf(opened, '.state').toBe('INSUFFICIENT_SCOPE: No')
      await opened.page.getByText('Submit').click()
      await textOf(opened, '.state').toMatch(/^op_/)
      expect(keys()).toHaveLength(2)
      expect(new Set(keys()).size).toBe(1)
      expect(opened.problems).toEqual([expect.stringContaining('403')])
    })
  })

  describe('useOperations', () => {
    const rows = ({ page }: { page: import('playwright-core').Page }) =>
      expect.poll(() => page.locator('li').allTextContents())

    it('shows new operations and changes by one stream, whatever objects the filter is', async () => {
      const run = crypto.randomUUID()
      const filter = JSON.stringify({ label: [`run:${run}`], pageSize: 10 })
      const opened = await rig.open(scenes, { scene: 'listed', filter })
      await textOf(opened, '.state').toBe('ready')
      for (let click = 0; click < 5; click++) await opened.page.getByText('Render').click()
      const first = await longrun.generateReport(report, later({ run }))
      await rows(opened).toEqual([`${first.id} PENDING`])
      const second = await longrun.generateReport(report, later({ run }))
      await first.cancel()
      await rows(opened).toEqual([`${second.id} PENDING`, `${first.id} CANCELLED`])
      await longrun.generateReport(report, later({ run: 'another' }))
      expect(rig.requests(/stream/)).toHaveLength(1)
      expect(rig.proxy.openStreams.size).toBe(1)
      expect(opened.problems).toEqual([])
    })

    it('drops an operation that leaves the filter', async () => {
      const run = crypto.randomUUID()
      const operation = await longrun.generateReport(report, later({ run }))
      const filter = JSON.stringify({ label: [`run:${run}`], status: ['PENDING'] })
      const opened = await rig.open(scenes, { scene: 'listed', filter })
      await rows(opened).toEqual([`${operation.id} PENDING`])
      await operation.cancel()
      await rows(opened).toEqual([])
      expect(opened.problems).toEqual([])
    })

    it('shows a page, and more on request', async () => {
      const run = crypto.randomUUID()
      for (let index = 0; index < 5; index++) await longrun.generateReport(report, later({ run }))
      const filter = JSON.stringify({ label: [`run:${run}`], pageSize: 2 })
      const opened = await rig.open(scenes, { scene: 'listed', filter })
      for (const count of [2, 4, 5]) {
        await rows(opened).toHaveLength(count)
        if (count < 5) await opened.page.getByText('More').click()
      }
      await textOf(opened, '.state').toBe('ready')
      expect(await opened.page.getByText('More').count()).toBe(0)
      expect(opened.problems).toEqual([])
    })

    it('many changes are few requests', async () => {
      const run = crypto.randomUUID()
      const filter = JSON.stringify({ label: [`run:${run}`] })
      const opened = await rig.open(scenes, { scene: 'listed', filter })
      await textOf(opened, '.state').toBe('ready')
      const beganAt = performance.now()
      const made = await Promise.all(Array.from({ length: 40 }, () => longrun.generateReport(report, later({ run }))))
      await Promise.all(made.map((operation) => operation.cancel()))
      const cancelled = made.map(({ id }) => `${id} CANCELLED`).toSorted()
      await expect.poll(async () => (await opened.page.locator('li').allTextContents()).toSorted()).toEqual(cancelled)
      // One at the start, and at most one a second.
      expect(rig.requests(lists).length).toBeLessThanOrEqual(2 + (performance.now() - beganAt) / 1000)
      expect(opened.problems).toEqual([])
    })

    it('shows a refusal', async () => {
      const opened = await rig.open(scenes, { scene: 'listed', filter: '{}', key: 'wrong-0123456789abcdef' })
      await textOf(opened, '.state').toMatch(/^UNAUTHENTICATED/)
      expect(rig.proxy.openStreams.size).toBe(0)
    })
  })

  describe('with Suspense', () => {
    it('suspends until the first read, and a transition keeps what is shown', async () => {
      const [first, second] = [await pending(), await longrun.generateReport(report, later())]
      await second.cancel()
      const opened = await rig.open(scenes, { scene: 'suspended', id: [first, second.id] })
      await textOf(opened, '.status').toBe('PENDING')
      expect(rig.requests(reads)).toHaveLength(1)
      await opened.page.evaluate(
        'globalThis.fallbacks = 0; new MutationObserver(() => { fallbacks += document.querySelectorAll(".fallback").length }).observe(document.body, { childList: true, subtree: true })',
      )
      await opened.page.getByText('Next').click()
      await textOf(opened, '.status').toBe('CANCELLED')
      expect(await opened.page.evaluate('fallbacks')).toBe(0)
      expect(rig.requests(reads)).toHaveLength(2)
      expect(opened.problems).toEqual([])
    })

    it('throws the error of the read to the boundary, which can try again', async () => {
      const opened = await rig.open(scenes, { scene: 'suspended', id: unknown })
      await textOf(opened, '.caught').toBe('OPERATION_NOT_FOUND')
      const before = rig.requests(reads).length
      // The error is dropped a second after the read.
      await expect
        .poll(async () => {
          await opened.page.getByText('Again').click()
          return rig.requests(reads).length
        })
        .toBeGreaterThan(before)
      await textOf(opened, '.caught').toBe('OPERATION_NOT_FOUND')
    })
  })

  it('hydrates what a server has rendered without a request and without a mismatch', async () => {
    const { rendered } = await serverModule<ServerPage>('test/browser/pages/server.tsx')
    const requests: Request[] = []
    const fetch = async (request: Request) => {
      requests.push(request)
      return new Response()
    }
    const id = await pending()
    const html = rendered('watched', `id=${id}`, fetch)
    expect(html).toContain('<p class="status">loading nothing</p>')
    expect(rendered('listed', 'filter={}', fetch)).toContain('<p class="state">loading</p>')
    expect(requests).toEqual([])
    const opened = await rig.open(scenes, { scene: 'watched', id }, { html })
    await textOf(opened, '.status').toBe('loading PENDING')
    expect(opened.problems).toEqual([])
  })

  it('works beside TanStack Query', async () => {
    const id = await pending()
    const opened = await rig.open('test/browser/pages/query.tsx', { id })
    await textOf(opened, '.status').toBe('PENDING')
    await expect.poll(() => rig.proxy.openStreams.size).toBe(1)
    await (await longrun.operation(id)).cancel()
    await textOf(opened, '.status').toBe('CANCELLED')
    await expect.poll(() => rig.proxy.openStreams.size).toBe(0)
    expect(opened.problems).toEqual([])
  })

  it.each(['watched', 'suspended', 'switched', 'submitted'])('works with Preact: %s', async (scene) => {
    const id = await pending()
    const opened = await rig.open(scenes, { scene, id, copies: '2' }, { withPreact: true })
    const isSubmitted = scene === 'submitted'
    if (isSubmitted) await opened.page.getByText('Submit').dblclick()
    await textOf(opened, '.status').toMatch(/PENDING$/)
    expect(rig.requests(isSubmitted ? /^POST .*reports:generate/ : reads)).toHaveLength(1)
    await expect.poll(() => rig.proxy.openStreams.size).toBe(1)
    if (scene !== 'suspended') await opened.page.getByText('Cancel').first().click()
    else await (await longrun.operation(id)).cancel()
    await textOf(opened, '.status').toBe('CANCELLED')
    expect(opened.problems).toEqual([])
  })

  it('continues with another process when the service is replaced', async () => {
    const database = await createDatabase({ withSample: true })
    const before = await startTestService({}, database)
    const restarting = await openRig(before)
    try {
      const client = createClient({ baseUrl: restarting.proxy.url, apiKey: before.apiKey })
      const operation = await client.generateReport(report, later())
      const opened = await restarting.open(scenes, { scene: 'watched', id: operation.id })
      await expect.poll(() => restarting.proxy.openStreams.size).toBe(1)
      const after = await startTestService({}, database)
      restarting.proxy.behaviour.to = after.url
      await before.close()
      await expect.poll(() => restarting.requests(/stream/).length).toBe(2)
      await operation.cancel()
      await textOf(opened, '.status').toBe('CANCELLED')
      expect(await opened.page.locator('.error').textContent()).toBe('')
      await after.close()
    } finally {
      await restarting.close()
      await database.drop()
    }
  })
})
