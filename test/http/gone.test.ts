import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { mintLink } from '../../server/files/links.ts'
import { startTestService, type TestService, testOwner } from '../support/service.ts'
import { linkSecret, onDatabase } from './database.ts'
import { ask, ended, expectProblem, submitted } from './requests.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

type Made = { operation: string; report: string; link: string; metadata: string }

async function made(): Promise<Made> {
  const operation = await submitted(service)
  const { result } = await ended(service, operation)
  const { url: report, downloadUrl: link } = result as { url: string; downloadUrl: string }
  return { operation, report, link, metadata: `${link.slice(0, link.indexOf('?'))}/metadata` }
}

async function purged(): Promise<Made> {
  const things = await made()
  expect((await ask(service, `${things.operation}:purge`, { method: 'POST' })).status).toBe(204)
  return things
}

describe('resources of an operation that was purged', () => {
  it('410 with the expiredAt of the operation: the report, the file and its links', async () => {
    const { operation, report, link, metadata } = await purged()
    const { expiredAt } = (await ask(service, operation)).body
    for (const answer of [
      await ask(service, report),
      await ask(service, metadata),
      await ask(service, link, { key: null }),
    ]) {
      expectProblem(answer, 410, 'EXPIRED')
      expect(answer.body.expiredAt).toBe(expiredAt)
    }
  })

  it('links are verified as before: 403 when they were changed, 410 LINK_EXPIRED when they have expired', async () => {
    const { link, metadata } = await purged()
    expectProblem(await ask(service, `${link}x`, { key: null }), 403, 'LINK_INVALID')
    const path = metadata.replace('/metadata', '')
    const file = { fileId: path.slice(-36), ownerId: testOwner }
    const long = { now: new Date(Date.now() - 172_800_000), lifetimeSeconds: 86_400 }
    const old = mintLink(await linkSecret(service), path, { ...file, ...long })
    expectProblem(await ask(service, old, { key: null }), 410, 'LINK_EXPIRED')
  })

  it('404 for another owner, and for another id', async () => {
    const { report, metadata } = await purged()
    const unknown = '01938f6e-6b10-7d41-8a55-0c9d7f1e2a33'
    for (const path of [report, metadata]) {
      const stranger = await ask(service, path, { key: service.otherKey })
      expectProblem(stranger, 404, 'NOT_FOUND')
      const nothing = await ask(service, path.replace(/[0-9a-f-]{36}/, unknown))
      expectProblem(nothing, 404, 'NOT_FOUND')
      expect(nothing.body.detail).toBe(stranger.body.detail)
    }
  })

  it('404 once the tombstone was deleted', async () => {
    const { operation, report, link, metadata } = await purged()
    await onDatabase(
      service,
      `update tombstones set forgotten_at = now() where operation_id = '${operation.slice(-36)}'`,
    )
    for (const path of [report, metadata]) expectProblem(await ask(service, path), 404, 'NOT_FOUND')
    expectProblem(await ask(service, link, { key: null }), 404, 'NOT_FOUND')
  })

  it('resources of other operations are unchanged', async () => {
    const { report, link, metadata } = await made()
    await purged()
    for (const path of [report, link, metadata]) expect((await ask(service, path)).status).toBe(200)
  })
})
