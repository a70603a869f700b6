import { describe, expect, it } from 'vitest'
import type { WireOperation } from '../../server/contract/present/operation.ts'
import { createFinishedCache } from '../../server/http/response/finished-cache.ts'

const uuid = (n: number) => `01938f6e-5a01-7cc3-9f0b-${String(n).padStart(12, '0')}`
const id = (n: number) => `op_${uuid(n)}`
const later = () => new Date(Date.now() + 60_000)

/** A cache, and its notification that operations have changed. */
function rig() {
  let notify: (operationIds: readonly string[]) => void = () => {}
  let changeLinks = () => {}
  const notifications = {
    listen(_kind, listener) {
      notify = listener as typeof notify
      return () => {}
    },
  } as Parameters<typeof createFinishedCache>[0]
  const onChanged = (listener: () => void) => {
    changeLinks = listener
  }
  const cache = createFinishedCache(notifications, { onChanged })
  const keep = (n: number, { size = 100, readAt = performance.now(), expiresAt = later() as Date | null } = {}) =>
    cache.set(id(n), readAt, {
      ownerId: 'alice',
      expiresAt,
      etag: `W/"${n}"`,
      body: { result: 'x'.repeat(size) } as unknown as WireOperation,
    })
  const isKept = (n: number) => cache.find('alice', id(n)) !== undefined
  return { cache, keep, isKept, notify: (n: number) => notify([uuid(n)]), changeLinks: () => changeLinks() }
}

describe('an operation that has ended is kept', () => {
  it('for its owner only', () => {
    const { cache, keep, isKept } = rig()
    keep(1)
    expect(isKept(1)).toBe(true)
    expect(cache.find('bob', id(1))).toBeUndefined()
  })

  it('not after its expiry', () => {
    const { keep, isKept } = rig()
    keep(1, { expiresAt: new Date(Date.now() - 1) })
    expect(isKept(1)).toBe(false)
  })

  it('not after a change, by this process or another', () => {
    const { cache, keep, isKept, notify } = rig()
    keep(1)
    keep(2)
    cache.delete(id(1))
    notify(2)
    expect([isKept(1), isKept(2)]).toEqual([false, false])
  })

  it('not if it was read before the change or too long ago', () => {
    const { keep, isKept, notify } = rig()
    const readAt = performance.now()
    notify(1)
    keep(1, { readAt })
    keep(2, { readAt: readAt - 1001 })
    expect([isKept(1), isKept(2)]).toEqual([false, false])
  })

  it('not after a key of links was revoked, and not if it was read before that', () => {
    const { keep, isKept, changeLinks } = rig()
    const readAt = performance.now()
    keep(1)
    changeLinks()
    keep(2, { readAt })
    expect([isKept(1), isKept(2)]).toEqual([false, false])
  })

  it('not if it is large, and all of them within 16 MiB: the oldest make room', () => {
    const { keep, isKept } = rig()
    keep(0, { size: 64 * 1024 })
    expect(isKept(0)).toBe(false)
    for (let n = 1; n <= 400; n++) keep(n, { size: 60_000 })
    expect([isKept(1), isKept(400)]).toEqual([false, true])
    const kept = Array.from({ length: 400 }, (_, n) => isKept(n + 1)).filter(Boolean).length
    expect(kept * 60_000).toBeLessThanOrEqual(16 * 2 ** 20)
  })
})
