import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ask, ended, inAnHour, report, submitted } from '../http/requests.ts'
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

/** Resolves with the first response that has this status. */
async function until(at: TestService, path: string, status: number) {
  for (;;) {
    const response = await ask(at, path)
    if (response.status === status) return response
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const secondsBetween = (from: unknown, to: unknown) => (Date.parse(String(to)) - Date.parse(String(from))) / 1000

describe('a retention period in the environment replaces the default', () => {
  it('of completed operations and of links', async () => {
    const { completedAt, expiresAt, result } = await ended(service, await submitted(service))
    expect(secondsBetween(completedAt, expiresAt)).toBeGreaterThan(990)
    expect(secondsBetween(completedAt, expiresAt)).toBeLessThanOrEqual(1001)
    const { downloadUrl } = result as { downloadUrl: string }
    const expires = Number(new URL(downloadUrl, service.url).searchParams.get('expires'))
    expect(expires - Date.now() / 1000).toBeGreaterThan(199)
    expect(expires - Date.now() / 1000).toBeLessThanOrEqual(400)
  })

  it('of failed operations, and of operations that are cancelled while they wait', async () => {
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

it('with short periods an operation is 410 from its expiry and later 404, and its bytes, upload and key are deleted', async () => {
  const shortPeriods = await startTestService({
    RETENTION_COMPLETED_SECONDS: '3',
    RETENTION_TOMBSTONE_SECONDS: '3',
    RETENTION_IDEMPOTENCY_SECONDS: '1',
    RETENTION_UPLOAD_SECONDS: '1',
    SWEEP_SECONDS: '1',
  })
  try {
    const stored = () => readdirSync(join(shortPeriods.dataDir, 'files'), { recursive: true }).map(String)
    const upload = { method: 'POST', body: 'a', headers: { 'content-type': 'text/csv' } }
    const uploadPath = (await ask(shortPeriods, '/api/v1/uploads', upload)).headers.get('location') ?? ''
    const submit = { json: report, headers: { 'idempotency-key': 'brief' } }
    const path = (await ask(shortPeriods, '/api/v1/reports:generate', submit)).headers.get('location') ?? ''
    const { expiresAt } = await ended(shortPeriods, path)
    const gone = await until(shortPeriods, path, 410)
    expect(gone.body).toMatchObject({ code: 'OPERATION_EXPIRED', expiredAt: expiresAt })
    // Deleted by the sweep and not only past its expiry: row and file do not exist.
    await expect.poll(() => stored().some((name) => name.includes(path.slice(-36))), { timeout: 20_000 }).toBe(false)
    await until(shortPeriods, path, 404)
    expect(Date.now() - Date.parse(String(expiresAt))).toBeGreaterThan(2900)
    const again = await ask(shortPeriods, '/api/v1/reports:generate', submit)
    expect(again.headers.get('location')).not.toBe(path)
    await until(shortPeriods, uploadPath, 404)
    await expect.poll(() => stored().some((name) => name.startsWith('uploads/')), { timeout: 20_000 }).toBe(false)
  } finally {
    await shortPeriods.close()
  }
})
