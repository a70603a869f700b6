import ipaddr from 'ipaddr.js'
import { LRUCache } from 'lru-cache'
import { Problem } from '../contract/problem.ts'

/** What counts for the client's address: requests without a valid credential, invalid signed links, and preflights of browsers. */
export type AnonymousClass = 'requests' | 'links' | 'preflights'

/** Rate limits of requests without a valid credential, counted in this process alone. */
export type AddressLimits = {
  /** Counts a request of this address. Returns the problem to refuse it with if the limit is reached. */
  admit(address: string, anonymousClass: AnonymousClass): Problem<'RATE_LIMITED'> | undefined
  /** The same without counting. */
  check(address: string, anonymousClass: AnonymousClass): Problem<'RATE_LIMITED'> | undefined
}

type Window = { used: number; endsMs: number }

/** Networks that are counted, about 200 bytes each. Beyond it, the window of the least recently seen network is dropped. */
const maxNetworks = 20_000

const words: Record<AnonymousClass, string> = {
  requests: 'requests without a valid credential',
  links: 'invalid file links',
  preflights: 'preflight requests',
}

/** `most`: requests of each class in a window, which starts with the first of them. `now` returns milliseconds. */
export function createAddressLimits(
  most: Readonly<Record<AnonymousClass, number>>,
  { windowSeconds = 60, now = () => performance.now() } = {},
): AddressLimits {
  const windows = new LRUCache<string, Window>({ max: maxNetworks })

  function windowOf(address: string, anonymousClass: AnonymousClass): Window {
    const key = `${anonymousClass} ${networkOf(address)}`
    const nowMs = now()
    const current = windows.get(key)
    if (current && nowMs < current.endsMs) return current
    const fresh = { used: 0, endsMs: nowMs + windowSeconds * 1000 }
    windows.set(key, fresh)
    return fresh
  }

  function refusal({ used, endsMs }: Window, anonymousClass: AnonymousClass): Problem<'RATE_LIMITED'> | undefined {
    const limit = most[anonymousClass]
    if (used < limit) return undefined
    return new Problem(
      'RATE_LIMITED',
      `Your address may send ${limit} ${words[anonymousClass]} in ${windowSeconds} seconds. Send the request again after the seconds in Retry-After.`,
      { retryAfter: Math.max(1, Math.ceil((endsMs - now()) / 1000)) },
    )
  }

  return {
    admit(address, anonymousClass) {
      const window = windowOf(address, anonymousClass)
      const refused = refusal(window, anonymousClass)
      if (!refused) window.used += 1
      return refused
    },
    check: (address, anonymousClass) => refusal(windowOf(address, anonymousClass), anonymousClass),
  }
}

/** The network that an address counts for: itself, or the /64 of an IPv6 address, which one client controls (RFC 6177 §2). */
export function networkOf(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address
  return `${ipaddr.IPv6.parse(address)
    .parts.slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`
}
