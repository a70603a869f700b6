import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { type LiveService, startLiveService } from './live-service.ts'

/**
 * The testing checklist of the pattern's reference implementation, with all sixteen points. Its last point, persistence of the queue, is
 * tested as the survival of accepted operations when the service stops.
 */
describe('the sixteen-point checklist', () => {
  let live: LiveService
  beforeAll(async () => {
    live = await startLiveService()
  })
  afterAll(() => live.close())

  const year = { fromDate: '2017-01-01', toDate: '2017-12-31' }
  const report = { reportType: 'ORDERS_SUMMARY', dateRange: year, format: 'CSV' }
  const later = () => ({ ...report, startAfter: new Date(Date.now() + 3_600_000).toISOString() })
  const empty = { ...report, dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } }

  it('1. create operation returns 202 Accepted', async () => {
    const { status, headers, body } = await live.post('/reports:generate', report)
    expect(status).toBe(202)
    expect(headers.get('location')).toBe(body.statusUrl)
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('2. the operation id is unique and valid', async () => {
    const responses = await Promise.all(Array.from({ length: 20 }, () => live.post('/reports:generate', later())))
    const ids = responses.map(({ body }) => body.operationId)
    expect(new Set(ids).size).toBe(20)
    for (const id of ids) expect(id).toMatch(/^op_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('3. PENDING → RUNNING → COMPLETED', async () => {
    const { body } = await live.post('/reports:generate', report)
    expect(body.status).toBe('PENDING')
    const ended = await live.ended(body.statusUrl)
    expect(ended.status).toBe('COMPLETED')
    expect(await live.transitions(body.operationId)).toEqual(['RUNNING', 'COMPLETED'])
  })

  it('4. PENDING → RUNNING → FAILED', async () => {
    const { body } = await live.post('/reports:generate', empty)
    expect((await live.ended(body.statusUrl)).status).toBe('FAILED')
    expect(await live.transitions(body.operationId)).toEqual(['RUNNING', 'FAILED'])
  })

  it('5. the status of an unknown operation is 404', async () => {
    const { status, body } = await live.get('/api/v1/operations/op_01890000-0000-7000-8000-000000000000')
    expect(status).toBe(404)
    expect(body.code).toBe('OPERATION_NOT_FOUND')
  })

  it('6. the status of a PENDING operation', async () => {
    const { body } = await live.post('/reports:generate', later())
    const read = await live.get(body.statusUrl)
    expect(read.body).toMatchObject({ status: 'PENDING', done: false, progress: { percentage: 0 } })
    expect(read.body).not.toHaveProperty('startedAt')
    expect(read.headers.get('retry-after')).not.toBeNull()
  })

  it('7. the status of a RUNNING operation, with progress', async () => {
    const { statusUrl, release } = await live.runningImport()
    const read = await live.get(statusUrl)
    expect(read.body).toMatchObject({ status: 'RUNNING', done: false, attempt: 1 })
    expect(read.body.startedAt).toBeDefined()
    expect(read.body.progress.percentage).toBeLessThan(100)
    expect(read.body.progress.phases[0]).toMatchObject({ name: 'VALIDATION' })
    await release()
    expect((await live.ended(statusUrl)).done).toBe(true)
  })

  it('8. the status of a COMPLETED operation, with its result', async () => {
    const { body } = await live.post('/reports:generate', report)
    const ended = await live.ended(body.statusUrl)
    expect(ended).toMatchObject({ status: 'COMPLETED', done: true, progress: { percentage: 100 } })
    expect(ended.result).toMatchObject({ format: 'CSV', rowCount: 1687 })
    expect(ended.completedAt).toBeDefined()
    expect(ended.links.cancel).toBeUndefined()
  })

  it('9. the status of a FAILED operation, with its error', async () => {
    const { body } = await live.post('/reports:generate', empty)
    const ended = await live.ended(body.statusUrl)
    expect(ended.error).toMatchObject({ code: 'NO_DATA_IN_RANGE' })
    expect(ended.error.detail).toContain('1990')
    expect(ended.failedAt).toBeDefined()
    expect(ended).not.toHaveProperty('result')
  })

  it('10. a PENDING operation can be cancelled', async () => {
    const { body } = await live.post('/reports:generate', later())
    const cancelled = await live.post(`${body.statusUrl}:cancel`, { reason: 'superseded' })
    expect(cancelled.status).toBe(200)
    expect(cancelled.body).toMatchObject({ status: 'CANCELLED', reason: 'superseded', done: true })
    expect(cancelled.body.cancelledAt).toBeDefined()
  })

  it('11. a RUNNING operation can be cancelled', async () => {
    const { statusUrl, release } = await live.runningImport()
    const cancelled = await live.post(`${statusUrl}:cancel`, {})
    expect(cancelled.status).toBe(200)
    expect(['CANCELLING', 'CANCELLED']).toContain(cancelled.body.status)
    await release()
    expect((await live.ended(statusUrl)).status).toBe('CANCELLED')
  })

  it('12. a COMPLETED operation cannot be cancelled', async () => {
    const { body } = await live.post('/reports:generate', report)
    await live.ended(body.statusUrl)
    const refused = await live.post(`${body.statusUrl}:cancel`, {})
    expect(refused.status).toBe(409)
    expect(refused.body.code).toBe('CANNOT_CANCEL')
    expect((await live.get(body.statusUrl)).body.status).toBe('COMPLETED')
  })

  it('13. progress is updated while it runs', async () => {
    const { statusUrl, release } = await live.runningImport()
    const { status, progress } = (await live.get(statusUrl)).body
    expect(status).toBe('RUNNING')
    expect(progress.percentage).toBeGreaterThan(0)
    expect(progress.phases).toMatchObject([{ status: 'COMPLETED' }, { name: 'LOADING', status: 'IN_PROGRESS' }])
    await release()
    expect((await live.ended(statusUrl)).progress.percentage).toBe(100)
  })

  it('14. an error while it runs becomes the operation’s error, and the worker continues', async () => {
    const upload = await live.upload('not,an,orders,file\n1,2,3,4\n')
    const { body } = await live.post('/orders:import', { uploadId: upload.uploadId })
    const ended = await live.ended(body.statusUrl)
    expect(ended.status).toBe('FAILED')
    expect(ended.error.detail).toBeTruthy()
    const next = await live.post('/reports:generate', report)
    expect((await live.ended(next.body.statusUrl)).status).toBe('COMPLETED')
  })

  it('15. a failed operation leaves no rows in the database', async () => {
    const before = await live.orderLines()
    const upload = await live.upload('Row ID,Order ID\n1,A-1\n')
    const { body } = await live.post('/orders:import', { uploadId: upload.uploadId })
    expect((await live.ended(body.statusUrl)).status).toBe('FAILED')
    expect(await live.orderLines()).toBe(before)
  })

  it('16. the queue survives a restart of the process', async () => {
    const database = await createDatabase()
    const accepting = await startLiveService({ ROLES: 'api' }, database)
    const { body } = await accepting.post('/reports:generate', report)
    await accepting.close()
    const working = await startLiveService({}, database)
    expect((await working.ended(body.statusUrl)).status).toBe('COMPLETED')
    await working.close()
    await database.drop()
  })
})
