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
  const undoOf = (key: string) => `${at(key)}/${undo}`
  const requestFor = (behaviour: string) => ({ ...request, [field]: behaviour })

  it('has one effect per key, and repeats its first response', async () => {
    const key = `op:${randomUUID()}`
    const first = await rig.post(collection(), request, { key })
    expect(first).toMatchObject({ status: 201, body: { id: key, status: done } })
    const again = await rig.post(collection(), request, { key })
    expect(again).toMatchObject({ status: 201, body: first.body })
    const { body } = await rig.get(at(key))
    expect(body).toMatchObject({ id: key, status: done, ...request, doneAt: expect.any(String) })
  })

  it('has one effect for concurrent calls with one key through several processes', async () => {
    const key = randomUUID()
    const other = (await rig.startAnother()).addresses[vendor]
    const from = [collection(), `${other}/${effects}`]
    const responses = await Promise.all(
      Array.from({ length: 8 }, (_, i) => rig.post(from[i % 2] as string, request, { key })),
    )
    expect(new Set(responses.map(({ status, body }) => JSON.stringify({ status, body })))).toHaveLength(1)
    expect(responses[0]?.status).toBe(201)
  })

  it('refuses a different request with the same key, and a POST without a key', async () => {
    const key = randomUUID()
    await rig.post(collection(), request, { key })
    const other = await rig.post(collection(), { ...request, orderId: 'O-2' }, { key })
    expect(other).toMatchObject({ status: 422, body: { error: 'IDEMPOTENCY_MISMATCH' } })
    const response = await fetch(collection(), { method: 'POST', body: JSON.stringify(request) })
    expect(response.status).toBe(400)
    expect((await rig.get(at(key))).body).toMatchObject({ status: done, orderId: 'O-1' })
  })

  it('refuses an invalid request', async () => {
    for (const body of [{}, { ...request, bogus: 1 }, { ...request, orderId: '' }, 'text']) {
      expect(await rig.post(collection(), body)).toMatchObject({ status: 400, body: { error: 'INVALID_REQUEST' } })
    }
  })

  it('refuses a fencing token lower than one it has received with the key or its undo', async () => {
    const key = randomUUID()
    await rig.post(collection(), request, { key, fence: 2 })
    const stale = { status: 412, body: { error: 'STALE_FENCE' } }
    expect(await rig.post(collection(), request, { key, fence: 1 })).toMatchObject(stale)
    expect(await rig.post(collection(), request, { key, fence: 3 })).toMatchObject({ status: 201 })
    expect(await rig.post(undoOf(key), {}, { key: `${key}:undo`, fence: 2 })).toMatchObject(stale)
    expect((await rig.get(at(key))).body.status).toBe(done)
    expect(await rig.post(undoOf(key), {}, { key: `${key}:undo`, fence: 4 })).toMatchObject({ status: 200 })
    expect(await rig.post(collection(), request, { key, fence: 3 })).toMatchObject(stale)
  })

  it('undoes the effect once for repeated undo calls, and then refuses the key', async () => {
    const key = randomUUID()
    await rig.post(collection(), request, { key })
    for (const undoKey of [`${key}:undo`, `${key}:undo`, randomUUID()]) {
      expect(await rig.post(undoOf(key), {}, { key: undoKey })).toMatchObject({
        status: 200,
        body: { status: undone },
      })
    }
    expect((await rig.get(at(key))).body).toMatchObject({ status: undone, undoneAt: expect.any(String) })
    expect(await rig.post(collection(), request, { key })).toMatchObject({ status: 410, body: { error: 'UNDONE' } })
  })

  it('accepts an undo before its call, and then refuses the call', async () => {
    const key = randomUUID()
    expect((await rig.get(at(key))).status).toBe(404)
    expect(await rig.post(undoOf(key), {}, { key: `${key}:undo` })).toMatchObject({ status: 200 })
    expect(await rig.post(collection(), request, { key })).toMatchObject({ status: 410 })
    expect((await rig.get(at(key))).body.status).toBe(undone)
  })

  it('test_declined: declines with a reason, repeats the response, and has no effect', async () => {
    const key = randomUUID()
    const first = await rig.post(collection(), requestFor('test_declined'), { key })
    expect(first).toMatchObject({ status: 422, body: { reason, message: expect.any(String) } })
    expect(await rig.post(collection(), requestFor('test_declined'), { key })).toMatchObject({
      status: 422,
      body: first.body,
    })
    expect((await rig.get(at(key))).status).toBe(404)
  })

  it('test_unavailable: always responds 503 with Retry-After', async () => {
    const key = randomUUID()
    for (let attempt = 0; attempt < 4; attempt++) {
      const { status, headers } = await rig.post(collection(), requestFor('test_unavailable'), { key })
      expect([status, headers.get('retry-after')]).toEqual([503, '1'])
    }
    expect((await rig.get(at(key))).status).toBe(404)
  })

  it('test_flaky: responds 503 twice, then has its effect', async () => {
    const key = randomUUID()
    const statuses: number[] = []
    for (let attempt = 0; attempt < 4; attempt++) {
      statuses.push((await rig.post(collection(), requestFor('test_flaky'), { key })).status)
    }
    expect(statuses).toEqual([503, 503, 201, 201])
  })

  it('test_hang: never responds and has no effect', async () => {
    const key = randomUUID()
    const leaving = new AbortController()
    const pending = rig.post(collection(), requestFor('test_hang'), { key, signal: leaving.signal })
    const gotResponse = pending.then(
      () => true,
      () => false,
    )
    await rig.untilProcessed(vendor, key)
    leaving.abort()
    expect(await gotResponse).toBe(false)
    expect((await rig.get(at(key))).status).toBe(404)
  })

  it('test_late: completes the call before it responds; a repeated call gets its response at once', async () => {
    const key = randomUUID()
    const leaving = new AbortController()
    const pending = rig.post(collection(), requestFor('test_late'), { key, signal: leaving.signal })
    const gotResponse = pending.then(
      () => true,
      () => false,
    )
    await rig.untilProcessed(vendor, key)
    expect((await rig.get(at(key))).body.status).toBe(done)
    const again = await rig.post(collection(), requestFor('test_late'), { key })
    expect(again).toMatchObject({ status: 201, body: { status: done } })
    leaving.abort()
    expect(await gotResponse, 'the first call has no response yet').toBe(false)
  })

  it('test_twice: has its effect and breaks the connection; a repeated call gets the response', async () => {
    const key = randomUUID()
    await expect(rig.post(collection(), requestFor('test_twice'), { key })).rejects.toThrow('fetch failed')
    expect((await rig.get(at(key))).body.status).toBe(done)
    expect(await rig.post(collection(), requestFor('test_twice'), { key })).toMatchObject({ status: 201 })
  })

  it('test_undo_flaky: the third undo succeeds', async () => {
    const key = randomUUID()
    await rig.post(collection(), requestFor('test_undo_flaky'), { key })
    const statuses: number[] = []
    for (let attempt = 0; attempt < 3; attempt++) {
      statuses.push((await rig.post(undoOf(key), {}, { key: `${key}:undo` })).status)
    }
    expect(statuses).toEqual([503, 503, 200])
    expect((await rig.get(at(key))).body.status).toBe(undone)
  })

  it('test_undo_unavailable: every undo fails, and the effect remains', async () => {
    const key = randomUUID()
    await rig.post(collection(), requestFor('test_undo_unavailable'), { key })
    for (let attempt = 0; attempt < 4; attempt++) {
      expect((await rig.post(undoOf(key), {}, { key: `${key}:undo` })).status).toBe(503)
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

  it('decreases by a reservation in its warehouse only, and increases by a release', async () => {
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

  it('refuses a reservation of more than is available as a whole', async () => {
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

  it('stays consistent under concurrent reservations and releases in different orders', async () => {
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
  it('keep an effect for all processes after the process that was called has ended', async () => {
    const key = randomUUID()
    const other = await rig.startAnother()
    await rig.post(`${other.addresses.payment}/charges`, { orderId: 'O-9', amountCents: 5, currency: 'USD' }, { key })
    await other.close()
    await expect(rig.get(`${other.addresses.payment}/charges/${key}`)).rejects.toThrow('fetch failed')
    expect((await rig.get(`${rig.addresses.payment}/charges/${key}`)).body).toMatchObject({ amountCents: 5 })
  })

  it('close within five seconds although a call hangs', async () => {
    const other = await rig.startAnother()
    const body = { orderId: 'O-9', recipient: 'x', contact: 'test_hang' }
    const key = randomUUID()
    const hanging = rig
      .post(`${other.addresses.confirmation}/confirmations`, body, { key })
      .catch((error: unknown) => error)
    await rig.untilProcessed('confirmation', key)
    const started = performance.now()
    await other.close()
    expect(performance.now() - started).toBeLessThan(5000)
    expect(await hanging).toBeInstanceOf(Error)
  })
})
