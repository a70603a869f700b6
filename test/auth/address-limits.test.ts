import { describe, expect, it } from 'vitest'
import { createAddressLimits, networkOf } from '../../server/quotas/address-limits.ts'

const most = { requests: 3, links: 2, preflights: 4 }

describe('rate limits by address', () => {
  it('admit as many requests as the limit, and state when the next is admitted', () => {
    let nowMs = 1_000_000
    const limits = createAddressLimits(most, { now: () => nowMs })
    const admitted = () => limits.admit('192.0.2.1', 'requests') === undefined
    expect([admitted(), admitted(), admitted(), admitted()]).toEqual([true, true, true, false])
    nowMs += 58_500
    const refused = limits.admit('192.0.2.1', 'requests')
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', extra: { retryAfter: 2 } })
    nowMs += 1499
    expect(admitted()).toBe(false)
    nowMs += 1
    expect(admitted()).toBe(true)
  })

  it('count each class and each address separately', () => {
    const limits = createAddressLimits(most)
    for (const [anonymousClass, limit] of Object.entries(most) as ['requests' | 'links' | 'preflights', number][]) {
      const answers = Array.from({ length: limit + 1 }, () => limits.admit('192.0.2.1', anonymousClass))
      expect(answers.filter((refused) => refused === undefined)).toHaveLength(limit)
    }
    expect(limits.admit('192.0.2.2', 'requests')).toBeUndefined()
  })

  it('do not count a check', () => {
    const limits = createAddressLimits(most)
    for (let looks = 0; looks < 10; looks += 1) expect(limits.check('192.0.2.1', 'links')).toBeUndefined()
    limits.admit('192.0.2.1', 'links')
    limits.admit('192.0.2.1', 'links')
    expect(limits.check('192.0.2.1', 'links')?.code).toBe('RATE_LIMITED')
  })

  it('keep a bounded number of addresses, the most recently seen', () => {
    const limits = createAddressLimits(most)
    const spend = (address: string) =>
      Array.from({ length: most.requests }, () => limits.admit(address, 'requests')).at(-1)
    spend('192.0.2.1')
    spend('192.0.2.2')
    for (let index = 0; index < 20_000; index += 1) {
      limits.admit(`198.18.${index >> 8}.${index & 255}`, 'requests')
      if (index % 1000 === 0 && limits.admit('192.0.2.1', 'requests') === undefined) throw new Error('it was forgotten')
    }
    expect(limits.check('192.0.2.1', 'requests')?.code).toBe('RATE_LIMITED')
    expect(limits.check('192.0.2.2', 'requests')).toBeUndefined()
  })
})

describe('the network of an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::', '2001:db8:1:3::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ])('%s: %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
