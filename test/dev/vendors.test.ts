import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openVendorRig, type VendorRig, vendorCases } from './rig.ts'

let rig: VendorRig
beforeAll(async () => {
  rig = await openVendorRig()
})
afterAll(() => rig.close())

describe.each(vendorCases)('the $vendor vendor', ({ vendor, effects, undo, done, undone, field, request, reason }) => {
  const collection = () => `${rig.addresses[vendor]}/${effects}`
  const at = (key: string) => `${collection()}/${encodeURIComponent(key)}`
  const undoing = (key: string) => `${at(key)}/${undo}`
  const as = (behaviour: string) => ({ ...request, [field]: behaviour })

  it('does it once for each key, and answers the same again', async () => {
    const key = `op:${randomUUID()}`
    const first = await rig.post(collection(), request, { key })
    expect(first).toMatchObject({ status: 201, body: { id: key, status: done } })
    const again = await rig.post(collection(), request, { key })
    expect(again).toMatchObject({ status: 201, body: first.body })
    const { body } = await rig.get(at(key))
    expect(body).toMatchObject({ id: key, status: done, ...request, doneAt: expect.any(String) })
  })

  it('does it once when it is asked many times at once, by several processes', async () => {
    const key = randomUUID()
    const other = (await rig.another()).addresses[vendor]
    const from = [collection(), `${other}/${effects}`]
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => rig.post(from[i % 2] as string, request, { key })),
    )
    expect(new Set(answers.map(({ status, body }) => JSON.stringify({ status, body })))).toHaveLength(1)
    expect(answers[0]?.status).toBe(201)
  })

  it('refuses another request with the same key, and a POST without a key', async () => {
    const key = randomUUID()
    await rig.post(collection(), request, { key })
    const other = await rig.post(collection(), { ...request, orderId: 'O-2' }, { key })
    expect(other).toMatchObject({ status: 422, body: { error: 'IDEMPOTENCY_MISMATCH' } })
    const response = await fetch(collection(), { method: 'POST', body: JSON.stringify(request) })
    expect(response.status).toBe(400)
    expect((await rig.get(at(key))).body).toMatchObject({ status: done, orderId: 'O-1' })
  })

  it('refuses a request that it does not understand', async () => {
    for (const body of [{}, { ...request, bogus: 1 }, { ...request, orderId: '' }, 'text']) {
      expect(await rig.post(collection(), body)).toMatchObject({ status: 400, body: { error: 'INVALID_REQUEST' } })
    }
  })

  it('refuses a lower fence than one it has seen with the key or its undo', async () => {
    const key = randomUUID()
    await rig.post(collection(), request, { key, fence: 2 })
    const stale = { status: 412, body: { error: 'STALE_FENCE' } }
    expect(await rig.post(collection(), request, { key, fence: 1 })).toMatchObject(stale)
    expect(await rig.post(collection(), request, { key, fence: 3 })).toMatchObject({ status: 201 })
    expect(await rig.post(undoing(key), {}, { key: `${key}:undo`, fence: 2 })).toMatchObject(stale)
    expect((await rig.get(at(key))).body.status).toBe(done)
    expect(await rig.post(undoing(key), {}, { key: `${key}:undo`, fence: 4 })).toMatchObject({ status: 200 })
    expect(await rig.post(collection(), request, { key, fence: 3 })).toMatchObject(stale)
  })

  it('undoes it, again and again with one effect, and then does it no more', async () => {
    const key = randomUUID()
    await rig.post(collection(), request, { key })
    for (const undoKey of [`${key}:undo`, `${key}:undo`, randomUUID()]) {
      expect(await rig.post(undoing(key), {}, { key: undoKey })).toMatchObject({
        status: 200,
        body: { status: undone },
      })
    }
    expect((await rig.get(at(key))).body).toMatchObject({ status: undone, undoneAt: expect.any(String) })
    expect(await rig.post(collection(), request, { key })).toMatchObject({ status: 410, body: { error: 'UNDONE' } })
  })

  it('takes an undo of what never happened, and refuses what comes after it', async () => {
    const key = randomUUID()
    expect((await rig.get(at(key))).status).toBe(404)
    expect(await rig.post(undoing(key), {}, { key: `${key}:undo` })).toMatchObject({ status: 200 })
    expect(await rig.post(collection(), request, { key })).toMatchObject({ status: 410 })
    expect((await rig.get(at(key))).body.status).toBe(undone)
  })

  it('test_declined: refuses with a reason, the same again, and has done nothing', async () => {
    const key = randomUUID()
    const first = await rig.post(collection(), as('test_declined'), { key })
    expect(first).toMatchObject({ status: 422, body: { reason, message: expect.any(String) } })
    expect(await rig.post(collection(), as('test_declined'), { key })).toMatchObject({ status: 422, body: first.body })
    expect((await rig.get(at(key))).status).toBe(404)
  })

  it('test_unavailable: 503 with Retry-After, always', async () => {
    const key = randomUUID()
    for (let attempt = 0; attempt < 4; attempt++) {
      const { status, headers } = await rig.post(collection(), as('test_unavailable'), { key })
      expect([status, headers.get('retry-after')]).toEqual([503, '1'])
    }
    expect((await rig.get(at(key))).status).toBe(404)
  })

  it('test_flaky: 503 twice, then done', async () => {
    const key = randomUUID()
    const statuses: number[] = []
    for (let attempt = 0; attempt < 4; attempt++) {
      statuses.push((await rig.post(collection(), as('test_flaky'), { key })).status)
    }
    expect(statuses).toEqual([503, 503, 201, 201])
  })

  it('test_hang: no answer, and nothing done', async () => {
    const key = randomUUID()
    const leaving = new AbortController()
    const asked = rig.post(collection(), as('test_hang'), { key, signal: leaving.signal })
    const answered = asked.then(
      () => true,
      () => false,
    )
    await rig.untilAsked(vendor, key)
    leaving.abort()
    expect(await answered).toBe(false)
    expect((await rig.get(at(key))).status).toBe(404)
  })

  it('test_late: done before its answer comes; whoever asks again is answered at once', async () => {
    const key = randomUUID()
    const leaving = new AbortController()
    const asked = rig.post(collection(), as('test_late'), { key, signal: leaving.signal })
    const answered = asked.then(
      () => true,
      () => false,
    )
    await rig.untilAsked(vendor, key)
    expect((await rig.get(at(key))).body.status).toBe(done)
    const again = await rig.post(collection(), as('test_late'), { key })
    expect(again).toMatchObject({ status: 201, body: { status: done } })
    leaving.abort()
    expect(await answered, 'the first answer was late').toBe(false)
  })

  it('test_twice: done, and the connection broken; asked again, it answers what it did', async () => {
    const key = randomUUID()
    await expect(rig.post(collection(), as('test_twice'), { key })).rejects.toThrow('fetch failed')
    expect((await rig.get(at(key))).body.status).toBe(done)
    expect(await rig.post(collection(), as('test_twice'), { key })).toMatchObject({ status: 201 })
  })

  it('test_undo_flaky: the undo works at the third try', async () => {
    const key = randomUUID()
    await rig.post(collection(), as('test_undo_flaky'), { key })
    const statuses: number[] = []
    for (let attempt = 0; attempt < 3; attempt++) {
      statuses.push((await rig.post(undoing(key), {}, { key: `${key}:undo` })).status)
    }
    expect(statuses).toEqual([503, 503, 200])
    expect((await rig.get(at(key))).body.status).toBe(undone)
  })

  it('test_undo_unavailable: the undo never works, and what was done stays', async () => {
    const key = randomUUID()
    await rig.post(collection(), as('test_undo_unavailable'), { key })
    for (let attempt = 0; attempt < 4; attempt++) {
      expect((await rig.post(undoing(key), {}, { key: `${key}:undo` })).status).toBe(503)
    }
    expect((await rig.get(at(key))).body.status).toBe(done)
  })
})

describe('the stock', () => {
  const level = async (productId: string, warehouse = 'main') =>
    (await rig.get(`${rig.addresses.stock}/levels/${encodeURIComponent(productId)}?warehouse=${warehouse}`)).body
      .available as number
  const reserve = (lines: object[], options: { key?: string; warehouse?: string } = {}) =>
    rig.post(
      `${rig.addresses.stock}/reservations`,
      { orderId: 'O-1', lines, ...(options.warehouse ? { warehouse: options.warehouse } : {}) },
      options.key ? { key: options.key } : {},
    )

  it('falls by what is reserved, in that warehouse alone, and rises by what is released', async () => {
    const before = await level('P/2')
    const key = randomUUID()
    const lines = [
      { productId: 'P/2', quantity: 3 },
      { productId: 'P/2', quantity: 4 },
    ]
    await reserve(lines, { key })
    await reserve(lines, { key })
    expect([await level('P/2'), await level('P/2', 'east')]).toEqual([before - 7, before])
    const release = `${rig.addresses.stock}/reservations/${key}/release`
    await rig.post(release, {})
    await rig.post(release, {})
    expect(await level('P/2')).toBe(before)
  })

  it('is out when there is less than is wanted, and then gives nothing', async () => {
    const before = [await level('P-3'), await level('P-4')]
    const answer = await reserve([
      { productId: 'P-3', quantity: 1 },
      { productId: 'P-4', quantity: (before[1] as number) + 1 },
    ])
    expect(answer).toMatchObject({
      status: 422,
      body: { reason: 'OUT_OF_STOCK', message: expect.stringContaining('P-4') },
    })
    expect([await level('P-3'), await level('P-4')]).toEqual(before)
  })

  it('loses no piece to reservations and releases that cross', async () => {
    const products = ['a', 'B', 'C', '_', '10', '9']
    const before = await Promise.all(products.map((productId) => level(productId)))
    await Promise.all(
      Array.from({ length: 24 }, async (_, i) => {
        const key = randomUUID()
        const order = i % 2 ? products : products.toReversed()
        await reserve(
          order.map((productId) => ({ productId, quantity: 1 })),
          { key },
        )
        if (i % 3) await rig.post(`${rig.addresses.stock}/reservations/${key}/release`, {})
      }),
    )
    const after = await Promise.all(products.map((productId) => level(productId)))
    expect(after).toEqual(before.map((pieces) => pieces - 8))
  })
})

describe('the sample vendors', () => {
  it('keep an effect for every process, beyond the end of the one that was asked', async () => {
    const key = randomUUID()
    const other = await rig.another()
    await rig.post(`${other.addresses.payment}/charges`, { orderId: 'O-9', amountCents: 5, currency: 'USD' }, { key })
    await other.close()
    await expect(rig.get(`${other.addresses.payment}/charges/${key}`)).rejects.toThrow('fetch failed')
    expect((await rig.get(`${rig.addresses.payment}/charges/${key}`)).body).toMatchObject({ amountCents: 5 })
  })

  it('end soon though one of them hangs', async () => {
    const other = await rig.another()
    const body = { orderId: 'O-9', recipient: 'x', contact: 'test_hang' }
    const key = randomUUID()
    const hanging = rig
      .post(`${other.addresses.confirmation}/confirmations`, body, { key })
      .catch((error: unknown) => error)
    await rig.untilAsked('confirmation', key)
    const started = performance.now()
    await other.close()
    expect(performance.now() - started).toBeLessThan(5000)
    expect(await hanging).toBeInstanceOf(Error)
  })
})
