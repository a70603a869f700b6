import { lookup, Resolver } from 'node:dns/promises'
import { isIP, isIPv4 } from 'node:net'
import ipaddr from 'ipaddr.js'

/** All addresses of a name; rejects if there is none. */
export type Resolve = (hostname: string) => Promise<string[]>

export type UrlRules = {
  /** Allows http and private addresses, for local trials. */
  allowInsecure: boolean
  resolve: Resolve
}

/**
 * The violation of a webhook's URL, as a message that follows its name; undefined if the URL is allowed. A name that cannot be resolved is
 * allowed: it is resolved again at each attempt, and its addresses are checked then.
 */
export async function checkUrl(text: string, rules: UrlRules): Promise<string | undefined> {
  const violation = violationOfUrl(text, rules.allowInsecure)
  if (violation || rules.allowInsecure) return violation
  const addresses = await rules.resolve(new URL(text).hostname).catch(() => [])
  return addresses.every(isPublicAddress) ? undefined : notPublic
}

const notPublic = 'must name a public address'
const maxLength = 2000

/** The violations that need no name resolution. */
export function violationOfUrl(text: string, allowInsecure: boolean): string | undefined {
  // Parsers differ in how they read whitespace and backslashes.
  const plain = /^[\x21-\x5b\x5d-\x7e]+$/.test(text)
  const [, authority] = /^https?:\/\/([^/?#]+)/i.exec(text) ?? []
  if (!plain || !authority || !URL.canParse(text)) return 'must be an https URL in ASCII'
  if (text.length > maxLength) return `must have at most ${maxLength} characters`
  if (authority.includes('@')) return 'must not contain a user or a password'
  if (text.includes('#')) return 'must not have a fragment'
  const { protocol, hostname, port } = new URL(text)
  const bare = unbracketed(hostname)
  if (badPorts.has(port)) return `must not use port ${port}, to which no webhook is sent`
  if (isIP(bare) === 0 && !isHostName(bare)) return hostNameRule
  if (allowInsecure) return undefined
  if (protocol !== 'https:') return 'must start with https://'
  if (isIP(bare) === 0) return isLocalName(bare) ? notPublic : undefined
  // 2130706433, 0x7f.1 and 0177.0.0.1 hide an address.
  if (isIPv4(bare) && authority.replace(/:\d*$/, '') !== bare) return 'must name an address in its usual form'
  return isPublicAddress(bare) ? undefined : notPublic
}

/**
 * Ports of other protocols (WHATWG Fetch §2.9, "bad port"): a mail or chat server may execute the lines of a request. Port 0 is invalid.
 */
const badPorts = new Set(
  `0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 137 139 143 161 179
  389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061
  6000 6566 6665 6666 6667 6668 6669 6679 6697 10080`.split(/\s+/),
)

const hostNameRule =
  'must name a host of at most 253 characters, whose labels are 1 to 63 letters, digits, hyphens and underscores, without a trailing dot'

/** RFC 1035 §2.3.4. TLS server names have no trailing dot (RFC 6066 §3). */
function isHostName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
}

/** RFC 6761, RFC 6762, and names without a dot, which resolve only in a local network. */
function isLocalName(name: string): boolean {
  return !name.includes('.') || /\.(localhost|local|internal)$/.test(name)
}

/** The metadata service of one cloud, at a public address. */
const metadataAddresses = ['168.63.129.16']

/**
 * Whether an address is public. Of IPv6 only the global unicast space (2000::/3), without its special ranges: other ranges can embed IPv4
 * addresses in many ways.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || metadataAddresses.includes(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(globalUnicast)) return false
  return parsed.range() === 'unicast'
}

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/** The host of a URL without the brackets of an IPv6 address. */
export function unbracketed(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

/**
 * Asks the name servers directly. The system's resolver blocks one of the few threads that a process has for files and names, and look-ups of
 * a domain whose server never answers could block all of them. `servers`: by default the system's.
 */
export function nameServers({ timeoutMs = 2000, servers }: { timeoutMs?: number; servers?: string[] } = {}): Resolve {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 })
  if (servers) resolver.setServers(servers)
  return async (hostname) => {
    const asked = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
    const addresses = asked.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    if (addresses.length === 0) throw new Error(`no address for ${hostname}`, { cause: asked })
    return addresses
  }
}

/** The system's resolver, which knows local names: for local trials. */
export const systemNames: Resolve = async (hostname) => {
  const found = await lookup(hostname, { all: true })
  return found.map(({ address }) => address)
}
