import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import proxyaddr from 'proxy-addr'

/** The client of a request, as reported by trusted proxies. */
export type Client = {
  /** IPv4-mapped IPv6 is written as IPv4; empty if the connection is already closed. */
  address: string
  /** Whether a trusted proxy reports that the client connected to it by TLS. */
  byTls: boolean
}

/** Whether the `X-Forwarded-` headers of this address are trusted. */
export type Trusts = (address: string) => boolean

/** `proxies` are addresses, ranges (`10.0.0.0/8`), or `loopback`, `linklocal`, `uniquelocal`. Throws on anything else. */
export function trusting(proxies: readonly string[]): Trusts {
  const names = new Set(['loopback', 'linklocal', 'uniquelocal'])
  // The library accepts `1` and `127.1` as addresses, too.
  const odd = proxies.find((proxy) => !names.has(proxy) && isIP(proxy.replace(/\/\d+$/, '')) === 0)
  if (odd !== undefined) throw new TypeError('neither an address nor a range')
  const trusts = proxyaddr.compile([...proxies])
  return (address) => trusts(address, 0)
}

/**
 * The client behind `peer`, the other end of the connection: the nearest hop in `X-Forwarded-For` that is not a trusted proxy. Hops beyond
 * it, and everything beyond a malformed address, are ignored, because any client can write them.
 */
export function clientOf(trusts: Trusts | undefined, peer: string, headers: Headers): Client {
  const nearest = plainAddress(peer)
  if (!trusts?.(nearest)) return { address: nearest, byTls: false }
  const byTls = /^\s*https\s*(,|$)/i.test(headers.get('x-forwarded-proto') ?? '')
  let address = nearest
  for (const hop of hopsOf(headers.get('x-forwarded-for') ?? '')) {
    if (isIP(hop) === 0) break
    address = plainAddress(hop)
    if (!trusts(address)) break
  }
  return { address, byTls }
}

/** More proxies than any deployment has. */
const maxHops = 32

/** The nearest hop first, without the port that some proxies add. */
function hopsOf(forwardedFor: string): string[] {
  const hops = forwardedFor
    .split(',')
    .slice(-maxHops)
    .map((hop) => hop.trim())
  return hops.reverse().map((hop) => /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? hop.replace(/^([\d.]+):\d+$/, '$1'))
}

/** IPv4-mapped IPv6 as IPv4, and IPv6 in one form. */
export function plainAddress(address: string): string {
  return address.includes(':') ? ipaddr.process(address).toString() : address
}
