import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector } from 'undici'
import { isPublicAddress, type Resolve, unbracketed } from '../contract/webhook-url.ts'

/** The address is not allowed; no socket was opened. */
export class Blocked extends Error {}

/** The read buffer of a socket. */
export const bufferBytes = 16 * 1024

export type GuardOptions = { allowInsecure: boolean; resolve: Resolve; connectMs: number }

/**
 * An agent that connects to public addresses only. A name is resolved once, all its addresses are checked, and one of those is connected to; the
 * check at submit is not enough, because DNS may change. A check in a `lookup` hook alone would miss IP addresses in the URL.
 *
 * Each request has its own connection: a receiver may close an idle connection at any time, which would lose the attempt, and its address would
 * not be checked again.
 */
export function guardedAgent({ allowInsecure, resolve, connectMs }: GuardOptions): Agent {
  const always = { allowH2: false, timeout: connectMs, highWaterMark: bufferBytes }
  const connect = async (...[options, callback]: Parameters<buildConnector.connector>) => {
    try {
      const addresses = await checked(unbracketed(options.hostname))
      buildConnector({ ...always, lookup: lookupOf(addresses) })(options, callback)
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)), null)
    }
  }

  async function checked(host: string): Promise<string[]> {
    const addresses = isIP(host) > 0 ? [host] : await resolve(host)
    if (!allowInsecure && !addresses.every(isPublicAddress)) throw new Blocked('the address is not public')
    return addresses
  }

  return new Agent({ connect: (...asked) => void connect(...asked), pipelining: 0 })
}

/** A lookup function that returns the addresses that were checked. */
function lookupOf(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_hostname, options, callback) => {
    const [first] = found
    if (options.all) callback(null, found)
    else callback(null, first?.address ?? '', first?.family)
  }
}
