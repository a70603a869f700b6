import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LiveService, startLiveService } from './live-service.ts'

/** The eight-point checklist of the asynchronous-operations guide. Its point 8 (webhook delivery and retries) is in the webhook tests. */
describe('the eight-point checklist', () => {
  let live: LiveService
  beforeAll(async () => {
    live = await startLiveService({ SWEEP_SECONDS: '1' })
  })
  afterAll(() => live.close())

  const dateRange = { fromDate: '2016-01-01', toDate: '2016-12-31' }
  const report = { reportType: 'SALES_BY_PRODUCT', dateRange, format: 'JSON' }

  it('1. accepting the request: 202 with an operation id', async () => {
    const { status, body } = await live.post('/reports:generate', report)
    expect(status).toBe(202)
    expect(body).toMatchObject({ operationId: expect.stringMatching(/^op_/), status: 'PENDING' })
    for (const field of ['statusUrl', 'createdAt', 'links']) expect(body).toHaveProperty(field)
  })

  it('2. the status endpoint returns the current state', async () => {
    const { body } = await live.post('/reports:generate', report)
    const { status, body: read } = await live.get(body.statusUrl)
    expect(status).toBe(200)
    expect(read.operationId).toBe(body.operationId)
    await live.ended(body.statusUrl)
    expect((await live.get(body.statusUrl)).body.done).toBe(true)
  })

  it('3. progress is reported while the operation runs, and ends at 100', async () => {
    const { statusUrl, release } = await live.runningImport()
    const { progress } = (await live.get(statusUrl)).body
    expect(progress).toMatchObject({ phase: 'LOADING', total: expect.any(Number), current: expect.any(Number) })
    await release()
    const ended = await live.ended(statusUrl)
    expect(ended.progress.percentage).toBe(100)
    expect(ended.progress.phases.every(({ status }: { status: string }) => status === 'COMPLETED')).toBe(true)
  })

  it('4. completion: the result can be fetched', async () => {
    const { body } = await live.post('/reports:generate', report)
    const { result, links } = await live.ended(body.statusUrl)
    const response = await fetch(new URL(result.downloadUrl, live.url))
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ rows: { length: result.rowCount } })
    const redirect = await live.get(links.result)
    expect(redirect.status).toBe(303)
    expect(redirect.headers.get('location')).toBe(result.url)
  })

  it('5. failure: the error has a code and a detail', async () => {
    const dateRange = { fromDate: '1990-01-01', toDate: '1990-01-02' }
    const { body } = await live.post('/reports:generate', { ...report, dateRange })
    const { status, error } = await live.ended(body.statusUrl)
    expect(status).toBe('FAILED')
    expect(error).toMatchObject({ code: 'NO_DATA_IN_RANGE', type: expect.stringContaining('/problems/') })
    expect((await fetch(new URL(error.type, live.url))).status).toBe(200)
  })

  it('6. cancellation works, and a repeated cancel has the same result', async () => {
    const { statusUrl, release } = await live.runningImport()
    const first = await live.post(`${statusUrl}:cancel`, {})
    const second = await live.post(`${statusUrl}:cancel`, {})
    expect([first.status, second.status]).toEqual([200, 200])
    await release()
    expect((await live.ended(statusUrl)).status).toBe('CANCELLED')
    expect((await live.post(`${statusUrl}:cancel`, {})).status).toBe(200)
  })

  it('7. an expired operation is a 410 with its expiry, and its row and file are deleted', async () => {
    const { body } = await live.post('/reports:generate', report)
    const { result } = await live.ended(body.statusUrl)
    await live.expire(body.operationId)
    // An ended operation that was just read is kept for a second.
    await expect.poll(async () => (await live.get(body.statusUrl)).status).toBe(410)
    const { body: gone } = await live.get(body.statusUrl)
    expect(gone).toMatchObject({ code: 'OPERATION_EXPIRED', expiredAt: expect.any(String) })
    const download = new URL(result.downloadUrl, live.url)
    await expect.poll(async () => (await fetch(download)).status).toBe(410)
    expect((await live.get(body.statusUrl)).body).toMatchObject({ expiredAt: gone.expiredAt })
  })
})
