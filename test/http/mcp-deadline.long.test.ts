import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { rpc } from './mcp-rig.ts'
import { inAnHour, report } from './requests.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService({ ROLES: 'api' })
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

it('a call without tasks ends within a minute, and says how to go on', async () => {
  const params = { name: 'generateReport', arguments: { ...report, startAfter: inAnHour() } }
  const { result, error } = await rpc(
    service,
    { method: 'tools/call', params },
    { signal: AbortSignal.timeout(60_000) },
    {},
  )
  expect(error).toBeUndefined()
  expect(result).toMatchObject({ structuredContent: { status: 'PENDING', done: false } })
  expect(JSON.stringify(result.content)).toMatch(
    /has not ended: PENDING\. It continues without you\..*getOperation.*op_/,
  )
})
