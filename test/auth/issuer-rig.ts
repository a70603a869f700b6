import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose'

export const audience = 'https://longrun.test'

export type TestIssuer = {
  /** The issuer's identifier and address. */
  url: string
  jwksUrl: string
  /** Number of requests for its keys and for its discovery document. */
  requests: { jwks: number; discovery: number }
  /** Responds 500 while true. */
  down: boolean
  /** Paths of keys that respond 404. */
  gone: string[]
  /** Properties that replace those of the discovery document. */
  discovery: Record<string, unknown>
  /** A valid token with the given changes; an undefined claim is omitted. */
  token(claims?: Record<string, unknown>, signing?: Signing): Promise<string>
  /** The public key in PEM. */
  publicPem: string
  /** Publishes one more key and returns its id. */
  rotate(): Promise<string>
  close(): Promise<void>
}

export type Signing = { header?: { kid?: string } & Record<string, unknown>; key?: CryptoKey | Uint8Array }

/** A token issuer over HTTP: discovery, keys (RS256, and one that is published later), and tokens. */
export async function openIssuer(): Promise<TestIssuer> {
  const pair = await generateKeyPair('RS256')
  const published = [{ ...(await exportJWK(pair.publicKey)), kid: 'first', alg: 'RS256', use: 'sig' }]
  const later = new Map([['first', pair.privateKey]])
  const server = createServer((request, response) => {
    const isDiscovery = request.url === '/.well-known/openid-configuration'
    issuer.requests[isDiscovery ? 'discovery' : 'jwks'] += 1
    if (issuer.down) return void response.writeHead(500).end()
    if (issuer.gone.includes(request.url ?? '')) return void response.writeHead(404).end()
    const document = { issuer: issuer.url, jwks_uri: issuer.jwksUrl, ...issuer.discovery }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isDiscovery ? document : { keys: published }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer: TestIssuer = {
    url,
    jwksUrl: `${url}/keys`,
    requests: { jwks: 0, discovery: 0 },
    down: false,
    gone: [],
    discovery: {},
    publicPem: await exportSPKI(pair.publicKey),
    token(claims = {}, { header = {}, key } = {}) {
      const now = Math.floor(Date.now() / 1000)
      const standard = { iss: url, aud: audience, sub: 'carol', exp: now + 60, scope: 'operations:read' }
      const { kid = 'first' } = header
      return new SignJWT({ ...standard, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid, ...header })
        .sign(key ?? later.get(kid) ?? pair.privateKey)
    },
    async rotate() {
      const next = await generateKeyPair('RS256')
      const kid = `key-${published.length}`
      published.push({ ...(await exportJWK(next.publicKey)), kid, alg: 'RS256', use: 'sig' })
      later.set(kid, next.privateKey)
      return kid
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return issuer
}
