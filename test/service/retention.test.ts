import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ask, ended, inAnHour, submitted } from '../http/requests.ts'
import { startTestService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService({
    RETENTION_COMPLETED_SECONDS: '1000',
    RETENTION_FAILED_SECONDS: '2000',
    RETENTION_UPLOAD_SECONDS: '3000',
    LINK_SECONDS: '400',
  })
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const secondsBetween = (from: unknown, to: unknown) => (Date.parse(String(to)) - Date.parse(String(from))) / 1000

describe('a period in the environment replaces the default', () => {
  it('of completed operations and of links', async () => {
    const { completedAt, expiresAt, result } = await ended(service, await submitted(service))
    expect(secondsBetween(completedAt, expiresAt)).toBeGreaterThan(990)
    expect(secondsBetween(completedAt, expiresAt)).toBeLessThanOrEqual(1001)
    const { downloadUrl } = result as { downloadUrl: string }
    const expires = Number(new URL(downloadUrl, service.url).searchParams.get('expires'))
    expect(expires - Date.now() / 1000).toBeGreaterThan(199)
    expect(expires - Date.now() / 1000).toBeLessThanOrEqual(400)
  })

  it('of failed operations, and of those that are cancelled while they wait', async () => {
    const nothing = { dateRange: { fromDate: '1990-01-01', toDate: '1990-12-31' } }
    const { failedAt, expiresAt } = await ended(service, await submitted(service, nothing))
    expect(secondsBetween(failedAt, expiresAt)).toBeCloseTo(2000, 0)
    const waiting = await submitted(service, { startAfter: inAnHour() })
    const { body } = await ask(service, `${waiting}:cancel`, { method: 'POST' })
    expect(secondsBetween(body.cancelledAt, body.expiresAt)).toBeCloseTo(2000, 0)
  })

  it('of uploads', async () => {
    const headers = { 'content-type': 'text/csv' }
    const { body } = await ask(service, '/api/v1/uploads', { method: 'POST', body: 'a', headers })
    expect(secondsBetween(body.createdAt, body.expiresAt)).toBeCloseTo(3000, 0)
  })
})
