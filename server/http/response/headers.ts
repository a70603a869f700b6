import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { textPagePolicy } from './policies.ts'

/** The properties of a request, and the status of its response, on which the headers of the response depend. */
type Asked = { origin: string | undefined; byTls: boolean; requestId: string; hasCaller: boolean; status: number }

type HeaderMap = Readonly<Record<string, string>>

/**
 * Adds the headers that every response has: security, caching (`no-store`, unless the response says otherwise), `Vary` and CORS.
 * `publicOrigin`: the service's public address, if known.
 */
export function completeHeaders(publicOrigin: string, cors: Cors | undefined) {
  const isAlwaysTls = publicOrigin.startsWith('https:')
  const byOrigin = cors ? ['Origin'] : []
  const vary = byOrigin.join(', ')
  const varyByCaller = ['Authorization', 'X-API-Key', ...byOrigin].join(', ')

  return (headers: HeaderMap, { origin, byTls, requestId, hasCaller, status }: Asked): Record<string, string> => {
    const isPage = headers['content-type']?.startsWith('text/html') ?? false
    const isPrivate = headers['cache-control']?.startsWith('private') ?? false
    const varying = hasCaller && isPrivate ? varyByCaller : vary
    return {
      ...(isPage ? pageHeaders : status === 304 ? unchangedHeaders : answerHeaders),
      ...(isAlwaysTls || byTls ? tlsHeaders : undefined),
      ...cors?.headersFor(origin),
      ...(varying === '' ? undefined : { vary: varying }),
      'cache-control': 'no-store',
      ...headers,
      ...(headers.vary === undefined || varying === '' ? undefined : { vary: `${headers.vary}, ${varying}` }),
      'x-request-id': requestId,
    }
  }
}

const always = {
  crossOriginOpenerPolicy: false,
  crossOriginResourcePolicy: 'same-origin',
  originAgentCluster: false,
  referrerPolicy: 'no-referrer',
  strictTransportSecurity: false,
  xContentTypeOptions: true,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xFrameOptions: 'DENY',
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
} as const satisfies Parameters<typeof secureHeaders>[0]

// Computed once: as middleware they would be set on each response's `Headers` one by one.
const answerHeaders = await headersBy({
  ...always,
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
})

/**
 * A 304 has no content that a policy could protect, and browsers replace the headers of the page that they have kept with those of the 304
 * (RFC 9111 §3.2): with the policy above, a reloaded page would not be allowed to load its own scripts.
 */
const { 'content-security-policy': _, ...unchangedHeaders } = answerHeaders

const pageHeaders = {
  ...(await headersBy({ ...always, crossOriginOpenerPolicy: 'same-origin' })),
  'content-security-policy': textPagePolicy,
}

/** One year. Without `includeSubDomains`: other hosts of the domain belong to their operators. */
const tlsHeaders = { 'strict-transport-security': 'max-age=31536000' }

async function headersBy(options: Parameters<typeof secureHeaders>[0]): Promise<HeaderMap> {
  const app = new Hono().use(secureHeaders(options)).get('/', (c) => c.body(null))
  return Object.fromEntries((await app.request('/')).headers)
}

/** Pages of the configured origins may do what any client may; pages of other origins nothing. */
export type Cors = {
  /** The headers with which a browser lets a page of this origin read the response. */
  headersFor(origin: string | undefined): HeaderMap | undefined
  /** The headers of the response to a preflight; undefined: pages of this origin may not send requests. */
  preflight(origin: string | undefined, allow: string): Record<string, string> | undefined
}

const requestHeaders = [
  'Authorization',
  'X-API-Key',
  'Content-Type',
  'Idempotency-Key',
  'If-None-Match',
  'If-Range',
  'Last-Event-ID',
  'Prefer',
  'Range',
  'Traceparent',
  'Tracestate',
  // Sent by clients of dialects, without an effect.
  'X-Goog-Api-Client',
  'X-Goog-Request-Params',
  'X-Ms-Client-Request-Id',
  'X-Ms-Useragent',
  'X-Request-Id',
].join(', ')

const responseHeaders = [
  'Accept-Ranges',
  'Allow',
  'Content-Disposition',
  'Content-Location',
  'Content-Range',
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'Location',
  'Operation-Location',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Ms-Error-Code',
  'X-Request-Id',
].join(', ')

const preflightSeconds = 7200

/** CORS (WHATWG Fetch §3.2) for these origins; undefined when there are none. Without credentials mode: pages send their key themselves. */
export function corsFor(origins: ReadonlySet<string>): Cors | undefined {
  if (origins.size === 0) return undefined
  const byOrigin = new Map(
    [...origins].map((origin) => [
      origin,
      { 'access-control-allow-origin': origin, 'access-control-expose-headers': responseHeaders },
    ]),
  )
  return {
    headersFor: (origin) => byOrigin.get(origin ?? ''),
    preflight: (origin, allow) =>
      byOrigin.has(origin ?? '')
        ? {
            'access-control-allow-methods': allow,
            'access-control-allow-headers': requestHeaders,
            'access-control-max-age': String(preflightSeconds),
          }
        : undefined,
  }
}
