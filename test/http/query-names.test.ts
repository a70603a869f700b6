import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { ask, expectProblem } from './requests.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService({ ROLES: 'api' })
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

/** RFC 3986 and the URL standard: a pair may have no name, no value or neither. */
test.each([
  '=x',
  '=',
  '=%FF',
])('the query %j is refused, and the sentence says that a name is missing', async (query) => {
  const answer = await ask(service, `/api/v1/operations?${query}`)
  expectProblem(answer, 400, 'INVALID_REQUEST')
  expect(answer.body.detail).toMatch(/^The query parameter without a name (is not|must be)/)
})
