/** The NATS servers of `NATS_URL` and the credentials for all of them. */
export type NatsServers = { servers: string[]; tls: boolean; user?: string; pass?: string; token?: string }

/**
 * Reads addresses like `nats://user:password@host:4222`, `nats://token@host` or `tls://host`, joined by commas. The credentials of one address
 * count for all, and all use TLS or none. Undefined if the text is malformed.
 */
export function parseNatsUrl(text: string): NatsServers | undefined {
  const urls = text.split(',').map((entry) => parseServer(entry.trim()))
  const [first] = urls
  if (!first || urls.length > 100) return undefined
  const credentials = new Map<string, { username: string; password: string }>()
  for (const url of urls) {
    if (!url || url.protocol !== first.protocol) return undefined
    const { username, password } = url
    if (username !== '') credentials.set(`${username}:${password}`, { username, password })
    else if (password !== '') return undefined
  }
  if (credentials.size > 1) return undefined
  const servers = urls.flatMap((url) => (url ? [`${url.hostname}:${url.port || '4222'}`] : []))
  const read = { servers, tls: first.protocol === 'tls:' }
  for (const { username, password } of credentials.values()) {
    const [user, pass] = [decoded(username), decoded(password)]
    if (user === undefined || pass === undefined) return undefined
    return password === '' ? { ...read, token: user } : { ...read, user, pass }
  }
  return read
}

/** Undefined unless the text is an address of a server and nothing else. */
function parseServer(text: string): URL | undefined {
  if (!/^(nats|tls):\/\/[^\s/?#]+\/?$/.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.hostname === '' || url.port === '0' ? undefined : url
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
