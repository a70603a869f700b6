import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { ask, ended, expectProblem, submitted } from './requests.ts'

/** Two services over one database: what one changes, the other must not show from memory. */
let database: TestDatabase
let one: TestService
let other: TestService
beforeAll(async () => {
  database = await createDatabase({ withSample: true })
  one = await startTestService({}, database)
  other = await startTestService({ ROLES: 'api' }, database)
})
afterAll(async () => {
  await other.close()
  await one.close()
  await database.drop()
})

/** An operation that both services have just shown. */
async function shownByBoth(): Promise<string> {
  const location = await submitted(one)
  await ended(one, location)
  for (const service of [one, other]) expect((await ask(service, location)).status).toBe(200)
  return location
}

it('a purge is seen by the service that made it at once, and by the other one after its notification', async () => {
  const location = await shownByBoth()
  expect((await ask(one, `${location}:purge`, { method: 'POST' })).status).toBe(204)
  expectProblem(await ask(one, location), 410, 'OPERATION_EXPIRED')
  await expect.poll(async () => (await ask(other, location)).status).toBe(410)
  expectProblem(await ask(other, location), 410, 'OPERATION_EXPIRED')
})

it('a retry is seen as well', async () => {
  const location = await submitted(one)
  await ask(one, `${location}:cancel`, { method: 'POST' })
  await ended(one, location)
  for (const service of [one, other]) expect((await ask(service, location)).body).not.toHaveProperty('retriedBy')
  const retried = await ask(one, `${location}:retry`, { method: 'POST' })
  expect(retried.status).toBe(202)
  const { operationId } = retried.body
  expect((await ask(one, location)).body.retriedBy).toBe(operationId)
  await expect.poll(async () => (await ask(other, location)).body.retriedBy).toBe(operationId)
})

it('each owner, representation and condition has its own response', async () => {
  const location = await shownByBoth()
  const plain = await ask(one, location)
  expectProblem(await ask(one, location, { key: one.otherKey }), 404, 'OPERATION_NOT_FOUND')
  expect((await ask(one, `${location}?view=FULL`)).body).toHaveProperty('input')
  expect((await ask(one, location)).body).toEqual(plain.body)
  const etag = plain.headers.get('etag') ?? ''
  const unchanged = await ask(one, location, { headers: { 'if-none-match': etag } })
  expect([unchanged.status, unchanged.text]).toEqual([304, ''])
  const changed = await ask(one, location, { headers: { 'if-none-match': '"other"', prefer: 'wait=1' } })
  expect([changed.status, changed.headers.get('preference-applied')]).toEqual([200, 'wait=1'])
})
