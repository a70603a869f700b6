import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import proxyaddr from 'proxy-addr'

/** Whom a request comes from, as far as that can be believed. */
export type Client = {
  /** IPv4-mapped IPv6 is written as IPv4; empty when the connection is gone already. */
  address: string
  /** Whether a trusted proxy says that the client came to it by TLS. */
  byTls: boolean
}

/** Whether an address is one of those whose `X-Forwarded-` headers are believed. */
export type Trusts = (address: string) => boolean

/** `proxies` are addresses, ranges (`10.0.0.0/8`), or `loopback`, `linklocal`, `uniquelocal`. Throws on anything else. */
export function trusting(proxies: readonly string[]): Trusts {
  const names = new Set(['loopback', 'linklocal', 'uniquelocal'])
  // The library reads `1` and `127.1` as addresses, too.
  const odd = proxies.find((proxy) => !names.has(proxy) && isIP(proxy.replace(/\/\d+$/, '')) === 0)
  if (odd !== undefined) throw new TypeError('neither an address nor a range')
  const trusts = proxyaddr.compile([...proxies])
  return (address) => trusts(address, 0)
}

/**
 * Who stands behind `peer`, the other end of the connection. What a trusted proxy says of the hop before it is believed, back to the
 * first that is not trusted; what stands beyond could have been written by anybody. Of what is no address nothing is believed.
 */
export function clientOf(trusts: Trusts | undefined, peer: string, headers: Headers): Client {
  const nearest = plain(peer)
  if (!trusts?.(nearest)) return { address: nearest, byTls: false }
  const byTls = /^\s*https\s*(,|$)/i.test(headers.get('x-forwarded-proto') ?? '')
  let address = nearest
  for (const hop of hopsOf(headers.get('x-forwarded-for') ?? '')) {
    if (isIP(hop) === 0) break
    address = plain(hop)
    if (!trusts(address)) break
  }
  return { address, byTls }
}

/** The nearest first. Some proxies write the port, too. */
function hopsOf(forwardedFor: string): string[] {
  const hops = forwardedFor.split(',').map((hop) => hop.trim())
  return hops.reverse().map((hop) => /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? hop.replace(/^([\d.]+):\d+$/, '$1'))
}

function plain(address: string): string {
  return address.includes(':') ? ipaddr.process(address).toString() : address
}
