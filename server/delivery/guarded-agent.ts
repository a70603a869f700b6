import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector } from 'undici'
import { isPublicAddress, type Resolve, unbracketed } from '../contract/webhook-url.ts'

/** The address is one that nothing is sent to; no socket was opened. */
export class Blocked extends Error {}

/** What a socket reads ahead of whoever reads from it. */
export const bufferBytes = 16 * 1024

export type GuardOptions = { allowInsecure: boolean; resolve: Resolve; connectMs: number }

/**
 * An agent whose sockets are opened to public addresses only: a name is resolved once, all of its addresses are checked, and one of those
 * is connected to. At submit the name may have led elsewhere. A check in a `lookup` hook alone would let addresses in
 * the URL through, which are never looked up.
 *
 * Each request has a connection of its own: the receiver may have closed an idle one just now, and the attempt would be lost; and its
 * address would be as old as the connection.
 */
export function guardedAgent({ allowInsecure, resolve, connectMs }: GuardOptions): Agent {
  const always = { allowH2: false, timeout: connectMs, highWaterMark: bufferBytes }
  const connect = async (...[options, callback]: Parameters<buildConnector.connector>) => {
    try {
      const addresses = await checked(unbracketed(options.hostname))
      buildConnector({ ...always, lookup: answering(addresses) })(options, callback)
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

/** In place of a look-up, what was found by the one before. */
function answering(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_hostname, options, callback) => {
    const [first] = found
    if (options.all) callback(null, found)
    else callback(null, first?.address ?? '', first?.family)
  }
}
