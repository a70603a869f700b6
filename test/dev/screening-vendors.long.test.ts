import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleCallbacks } from '../../server/database/schema/sample-vendors.ts'
import { createPause } from '../support/poll.ts'
import { openVendorRig, type VendorRig } from './rig.ts'

let rig: VendorRig
beforeAll(async () => {
  rig = await openVendorRig()
})
afterAll(() => rig.close())

const canary = 'canary-3fe1'
const nowhere = 'http://127.0.0.1:1/callback'
const candidate = { name: canary, birthDate: '1990-01-01', nationalId: canary }

const cases = [
  { vendor: 'identity', prefix: 'ID', more: {}, atOnce: true },
  { vendor: 'criminalRecords', prefix: 'CR', more: {}, atOnce: true },
  { vendor: 'employment', prefix: 'EM', more: { employment: [{ employer: canary }] }, atOnce: false },
  { vendor: 'education', prefix: 'ED', more: { education: [{ institution: canary, year: 2012 }] }, atOnce: true },
] as const

const pendingCallbacks = (key: string) =>
  rig.connection.db.select().from(sampleCallbacks).where(sql`${sampleCallbacks.key} = ${key}`)

async function untilForgotten(key: string) {
  const pause = createPause()
  while ((await pendingCallbacks(key)).length > 0) await pause()
}

// Their callbacks take a second.
describe.concurrent.each(cases)('the $vendor vendor', ({ vendor, prefix, more, atOnce }) => {
  const checks = () => `${rig.addresses[vendor]}/checks`
  const cancelOf = (key: string) => `${checks()}/${key}/cancel`
  const requestFor = (behaviour?: string, callbackUrl: string = nowhere) => ({
    candidate,
    ...more,
    ...(behaviour ? { package: behaviour } : {}),
    callbackUrl,
  })
  const reference = expect.stringMatching(new RegExp(`^${prefix}-[0-9A-F]{12}$`))
  const checkedAt = expect.stringMatching(/^\d{4}-.+Z$/)

  it('answers CLEAR by default: at once, or as employment with a callback', async () => {
    const receiver = await rig.openReceiver()
    const key = randomUUID()
    const first = await rig.post(checks(), requestFor(undefined, receiver.url), { key })
    const expected = atOnce
      ? { status: 200, body: { verdict: 'CLEAR', reference, checkedAt } }
      : { status: 202, body: { reference } }
    expect({ status: first.status, body: first.body }).toEqual(expected)
    expect(await rig.post(checks(), requestFor(undefined, receiver.url), { key })).toMatchObject(expected)
    if (atOnce) return expect(await pendingCallbacks(key)).toEqual([])
    await receiver.until(1)
    expect(receiver.bodies).toEqual([{ verdict: 'CLEAR', reference: first.body.reference, checkedAt }])
    await untilForgotten(key)
  })

  it.each([
    ['test_review', 'REVIEW'],
    ['test_adverse', 'ADVERSE'],
  ])('%s: the verdict is %s', async (behaviour, verdict) => {
    const receiver = await rig.openReceiver()
    const { body } = await rig.post(checks(), requestFor(behaviour, receiver.url))
    if (!atOnce) await receiver.until(1)
    expect(atOnce ? body : receiver.bodies[0]).toEqual({ verdict, reference, checkedAt })
  })

  it('test_callback: responds 202 and calls back', async () => {
    const receiver = await rig.openReceiver()
    const { status, body } = await rig.post(checks(), requestFor('test_callback', receiver.url))
    expect({ status, body }).toEqual({ status: 202, body: { reference } })
    await receiver.until(1)
    expect(receiver.bodies).toEqual([{ verdict: 'CLEAR', reference: body.reference, checkedAt }])
  })

  it('test_callback_twice: calls back twice with the same body, then forgets the URL', async () => {
    const receiver = await rig.openReceiver()
    const key = randomUUID()
    await rig.post(checks(), requestFor('test_callback_twice', receiver.url), { key })
    await receiver.until(2)
    expect(receiver.bodies[0]).toEqual(receiver.bodies[1])
    await untilForgotten(key)
  })

  it('test_callback_early: calls back before it responds', async () => {
    const receiver = await rig.openReceiver()
    const { status } = await rig.post(checks(), requestFor('test_callback_early', receiver.url))
    expect([status, receiver.bodies.length]).toEqual([202, 1])
  })

  it('test_slow: responds 202, and its callback is due later; a cancel deletes the callback', async () => {
    const key = randomUUID()
    expect((await rig.post(checks(), requestFor('test_slow'), { key })).status).toBe(202)
    const [callback] = await pendingCallbacks(key)
    expect(callback?.dueAt.getTime()).toBeGreaterThan(Date.now() + 10_000)
    expect((await rig.post(cancelOf(key), {}, { key: `${key}:undo` })).body).toEqual({ id: key, status: 'CANCELLED' })
    expect(await pendingCallbacks(key)).toEqual([])
    expect((await rig.get(`${checks()}/${key}`)).body).toMatchObject({ status: 'CANCELLED', reference })
  })

  it('test_no_callback: responds 202 and never calls back', async () => {
    const key = randomUUID()
    expect((await rig.post(checks(), requestFor('test_no_callback'), { key })).status).toBe(202)
    expect(await pendingCallbacks(key)).toEqual([])
  })

  it('test_declined, test_unavailable, test_flaky: as the vendors of a delivery', async () => {
    const declined = await rig.post(checks(), requestFor('test_declined'))
    expect(declined).toMatchObject({ status: 422, body: { reason: 'DECLINED', message: expect.any(String) } })
    const statusesOf = async (behaviour: string) => {
      const key = randomUUID()
      const responses = []
      for (let attempt = 0; attempt < 3; attempt++) {
        responses.push((await rig.post(checks(), requestFor(behaviour), { key })).status)
      }
      return responses
    }
    expect(await statusesOf('test_unavailable')).toEqual([503, 503, 503])
    expect(await statusesOf('test_flaky')).toEqual([503, 503, atOnce ? 200 : 202])
  })

  it('cancels a check that it was never asked for, and then refuses that check', async () => {
    const key = randomUUID()
    expect((await rig.post(cancelOf(key), {}, { key: `${key}:undo` })).status).toBe(200)
    expect((await rig.post(checks(), requestFor(), { key })).status).toBe(410)
  })

  it('refuses an invalid request, and another package with the same key', async () => {
    for (const body of [{}, { ...requestFor(), bogus: 1 }, { ...requestFor(), callbackUrl: 'no URL' }]) {
      expect(await rig.post(checks(), body)).toMatchObject({ status: 400, body: { error: 'INVALID_REQUEST' } })
    }
    const key = randomUUID()
    await rig.post(checks(), requestFor(), { key })
    expect((await rig.post(checks(), requestFor('basic'), { key })).status).toBe(422)
  })

  it('repeats a callback that the receiver could not take', async () => {
    const receiver = await rig.openReceiver()
    receiver.status = 503
    const key = randomUUID()
    await rig.post(checks(), requestFor('test_callback', receiver.url), { key })
    await receiver.until(1)
    receiver.status = 200
    await untilForgotten(key)
    expect(receiver.bodies.length).toBeGreaterThanOrEqual(2)
  })
})

describe('the vendors of a screening', () => {
  it('keep no personal data, and no URL of a callback that was made', async () => {
    const receiver = await rig.openReceiver()
    for (const { vendor, more } of cases) {
      const request = { candidate, ...more, package: 'test_callback', callbackUrl: receiver.url }
      await rig.post(`${rig.addresses[vendor]}/checks`, request)
    }
    await receiver.until(cases.length)
    const { db } = rig.connection
    const made = sql`select count(*)::int as count from sample_callbacks where url = ${receiver.url}`
    const pause = createPause()
    while (((await db.execute(made)) as { count: number }[])[0]?.count !== 0) await pause()
    for (const table of ['sample_effects', 'sample_calls', 'sample_callbacks']) {
      const rows = (await db.execute(sql`select t::text as text from ${sql.identifier(table)} t`)) as { text: string }[]
      const texts = rows.map(({ text }) => text).join()
      expect(texts, table).not.toContain(canary)
      expect(texts, table).not.toContain(receiver.url)
    }
  })

  it('make the callbacks of a process that has ended', async () => {
    const receiver = await rig.openReceiver()
    const other = await rig.startAnother()
    const request = { candidate, package: 'test_callback', callbackUrl: receiver.url }
    await rig.post(`${other.addresses.identity}/checks`, request)
    await other.close()
    await receiver.until(1)
    expect(receiver.bodies).toMatchObject([{ verdict: 'CLEAR' }])
  })
})
