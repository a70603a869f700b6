/** What pages of other origins may do here: those of the configured origins everything that a client may, all others nothing. */
export type CrossOrigin = {
  /** The headers by which a browser lets a page of this origin read an answer. */
  headersFor(origin: string | undefined): Readonly<Record<string, string>> | undefined
  /** Those of the answer to a preflight; undefined: no page of this origin may ask. */
  preflight(origin: string | undefined, allow: string): Record<string, string> | undefined
}

const sent = [
  'Authorization',
  'X-API-Key',
  'Content-Type',
  'Idempotency-Key',
  'If-None-Match',
  'Last-Event-ID',
  'Prefer',
  'Range',
  'X-Request-Id',
].join(', ')

const read = [
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

/**
 * CORS (WHATWG Fetch §3.2) for these origins; undefined when there are none. Without credentials mode: a page sends its key itself, and no cookie
 * ever says who it is.
 */
export function crossOrigin(origins: ReadonlySet<string>): CrossOrigin | undefined {
  if (origins.size === 0) return undefined
  const byOrigin = new Map(
    [...origins].map((origin) => [
      origin,
      { 'access-control-allow-origin': origin, 'access-control-expose-headers': read },
    ]),
  )
  return {
    headersFor: (origin) => byOrigin.get(origin ?? ''),
    preflight: (origin, allow) =>
      byOrigin.has(origin ?? '')
        ? {
            'access-control-allow-methods': allow,
            'access-control-allow-headers': sent,
            'access-control-max-age': String(preflightSeconds),
          }
        : undefined,
  }
}
