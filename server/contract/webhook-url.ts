import { lookup, Resolver } from 'node:dns/promises'
import { isIP, isIPv4 } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Every address of a name; rejects when there is none. */
export type Resolve = (hostname: string) => Promise<string[]>

export type UrlRules = {
  /** http and private addresses, too: for local trials. */
  allowInsecure: boolean
  resolve: Resolve
}

/**
 * What is wrong with a webhook's URL, as the end of a sentence that begins with its name; undefined when it may be sent to. A name that
 * cannot be resolved now is let pass: it is resolved again at each attempt, and its addresses are checked then.
 */
export async function examineUrl(text: string, rules: UrlRules): Promise<string | undefined> {
  const fault = faultOfUrl(text, rules.allowInsecure)
  if (fault || rules.allowInsecure) return fault
  const addresses = await rules.resolve(new URL(text).hostname).catch(() => [])
  return addresses.every(isPublicAddress) ? undefined : notPublic
}

const notPublic = 'must name a public address'
const longest = 2000

/** The same as far as the text alone tells. */
export function faultOfUrl(text: string, allowInsecure: boolean): string | undefined {
  // Browsers pass over whitespace and read a backslash as a slash; whoever reads the URL next may not.
  const plain = /^[\x21-\x5b\x5d-\x7e]+$/.test(text)
  const [, authority] = /^https?:\/\/([^/?#]+)/i.exec(text) ?? []
  if (!plain || !authority || !URL.canParse(text)) return 'must be an https URL in ASCII'
  if (text.length > longest) return `must have at most ${longest} characters`
  if (authority.includes('@')) return 'must not hold a user or a password'
  if (text.includes('#')) return 'must not have a fragment'
  if (allowInsecure) return undefined
  const { protocol, hostname } = new URL(text)
  if (protocol !== 'https:') return 'must begin with https://'
  const bare = unbracketed(hostname)
  if (isIP(bare) === 0) return isLocalName(bare) ? notPublic : undefined
  // 2130706433, 0x7f.1 and 0177.0.0.1 are ways to write an address that only those use who hide it.
  if (isIPv4(bare) && authority.replace(/:\d*$/, '') !== bare) return 'must name an address in its usual form'
  return isPublicAddress(bare) ? undefined : notPublic
}

/** RFC 6761 and RFC 6762, and names without a dot, which mean something in a local network only. */
function isLocalName(name: string): boolean {
  return !name.replace(/\.$/, '').includes('.') || /\.(localhost|local|internal)\.?$/.test(name)
}

/** Public in its looks, but answers every machine in one cloud with what it should keep to itself. */
const cloudInternals = ['168.63.129.16']

/**
 * Whether an address is one that anybody in the internet may be reached at. Of IPv6 the global unicast space (2000::/3) alone,
 * less what it holds for special ends: elsewhere an IPv4 address may hide in a hundred ways.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || cloudInternals.includes(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(globalUnicast)) return false
  return parsed.range() === 'unicast'
}

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/** The host of a URL as an address or a name: IPv6 addresses stand in brackets there. */
export function unbracketed(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

/**
 * Asks the name servers, not the system's own resolver: that blocks one of a process's few threads for files and names alike, and a
 * domain whose server never answers would soon hold them all.
 */
export function nameServers({ timeoutMs = 2000 }: { timeoutMs?: number } = {}): Resolve {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 })
  return async (hostname) => {
    const asked = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
    const addresses = asked.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    if (addresses.length === 0) throw new Error(`no address for ${hostname}`, { cause: asked })
    return addresses
  }
}

/** The system's resolver, which knows the names of this machine: for local trials. */
export const systemNames: Resolve = async (hostname) => {
  const found = await lookup(hostname, { all: true })
  return found.map(({ address }) => address)
}
