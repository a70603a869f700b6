import { Problem } from '../contract/problem.ts'

const challenge = 'Bearer realm="longrun"'

/** 401 for a credential that is not accepted. RFC 6750 §3.1. */
export function refusal(detail: string): Problem {
  return new Problem('UNAUTHENTICATED', detail, {
    headers: { 'www-authenticate': `${challenge}, error="invalid_token"` },
  })
}

/** 401 for a request without a readable credential. */
export function challenged(detail: string): Problem {
  return new Problem('UNAUTHENTICATED', detail, { headers: { 'www-authenticate': challenge } })
}

/** 403 for a credential that lacks a scope. */
export function insufficient(
  needed: readonly string[],
  missing: string,
  what = 'This needs',
): Problem<'INSUFFICIENT_SCOPE'> {
  return new Problem('INSUFFICIENT_SCOPE', `${what} the scope ${missing}.`, {
    headers: { 'www-authenticate': `${challenge}, error="insufficient_scope", scope="${needed.join(' ')}"` },
  })
}
