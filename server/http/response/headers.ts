import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

/** The properties of a request on which the headers of its response depend. */
type Asked = {
  origin: string | undefined
  byTls: boolean
  requestId: string
  hasCaller: boolean
  /** 304: a browser replaces the headers that it has kept with the page by those of the response. */
  isUnchanged?: boolean
}

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

  return (
    headers: HeaderMap,
    { origin, byTls, requestId, hasCaller, isUnchanged = false }: Asked,
  ): Record<string, string> => {
    const isPage = headers['content-type']?.startsWith('text/html') ?? false
    const isPrivate = headers['cache-control']?.startsWith('private') ?? false
    const varying = hasCaller && isPrivate ? varyByCaller : vary
    return {
      ...(isUnchanged ? unchangedHeaders : isPage ? pageHeaders : answerHeaders),
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

/** Pages may run this service's own script and send requests to this service. Redoc creates style sheets and a search worker. */
const pageHeaders = await headersBy({
  ...always,
  crossOriginOpenerPolicy: 'same-origin',
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    workerSrc: ['blob:'],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
})

/** Without a policy: that of an answer would replace the policy of a page, which then could not load its script. */
const { 'content-security-policy': _policy, ...unchangedHeaders } = answerHeaders

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
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
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
