import { createHash, timingSafeEqual } from 'node:crypto'
import { challenged, refusal } from '../auth/refusal.ts'
import { Problem } from '../contract/problem.ts'
import type { AddressLimits } from '../quotas/address-limits.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { plainAddress, type Trusts, trusting } from './request/client-address.ts'
import { problemOf, problemReply } from './response/problems.ts'
import type { Bindings, Fetch } from './server.ts'

export type MetricsEndpoint = {
  metrics: Metrics
  /** Undefined: needs no credential. */
  key: string | undefined
  /** Whether only programs on this machine may read them. */
  localOnly?: boolean
  /** Limits requests without the key, so that it cannot be guessed. */
  addressLimits: Pick<AddressLimits, 'admit'>
  /** Many clients come through a trusted proxy, so its address is not limited. */
  trusts?: Trusts | undefined
  /** The public address, for problem documents. */
  origin: string
}

const path = '/metrics'

/** Serves `/metrics`, and everything else with `otherwise`. It is not in the contract: it is for operators, and has a credential of its own. */
export function withMetrics(endpoint: MetricsEndpoint, otherwise: Fetch = notFound(endpoint.origin)): Fetch {
  const admit = admission(endpoint)
  return (request, bindings) => {
    const { url = '' } = bindings.incoming
    // Compared first with the raw path, which is cheap: most requests are for the API.
    if (!url.startsWith(path) || (url.length > path.length && url[path.length] !== '?')) {
      return otherwise(request, bindings)
    }
    return respond(endpoint, admit, request, bindings)
  }
}

async function respond(
  { metrics, origin }: MetricsEndpoint,
  admit: (request: Request, bindings: Bindings) => void,
  request: Request,
  bindings: Bindings,
): Promise<Response> {
  try {
    admit(request, bindings)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new Problem('METHOD_NOT_ALLOWED', `${path} has GET and HEAD only.`, { headers: { allow: 'GET, HEAD' } })
    }
    const text = request.method === 'HEAD' ? null : await metrics.text()
    return new Response(text, { headers: { 'content-type': metrics.contentType, 'cache-control': 'no-store' } })
  } catch (error) {
    return problemResponse(problemOf(error), origin)
  }
}

/** Throws unless the request has the key. Its hash is compared, so that the time reveals neither the key nor its length. */
function admission({ key, localOnly = false, addressLimits, trusts }: MetricsEndpoint) {
  const expected = key === undefined ? undefined : digest(key)
  return (request: Request, { incoming }: Bindings) => {
    if (!expected && (!localOnly || isLocal(request, incoming.socket.remoteAddress ?? ''))) return
    const given = expected && /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
    if (given !== undefined && expected && timingSafeEqual(digest(given), expected)) return
    const address = plainAddress(incoming.socket.remoteAddress ?? '')
    const limited = trusts?.(address) ? undefined : addressLimits.admit(address, 'requests')
    if (limited) throw limited
    const detail = expected
      ? 'Send the value of METRICS_KEY: Authorization: Bearer <key>.'
      : 'The metrics can be read on the machine of the service only. Set METRICS_KEY or METRICS_PORT to read them from elsewhere.'
    throw given === undefined ? challenged(detail) : refusal(`The key is wrong. ${detail}`)
  }
}

const loopback = trusting(['loopback'])
const ofProxies = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via']
const localHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i

/** Whether the client is a program on this machine: neither a proxy on it, nor a page that reaches it by a name of its own. */
function isLocal({ headers }: Request, peer: string): boolean {
  return (
    loopback(plainAddress(peer)) &&
    localHost.test(headers.get('host') ?? '') &&
    !ofProxies.some((name) => headers.has(name))
  )
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** For a port of its own. */
function notFound(origin: string): Fetch {
  return () => problemResponse(new Problem('NOT_FOUND', `This port has ${path}, /healthz and /readyz only.`), origin)
}

function problemResponse(problem: Problem, origin: string): Response {
  const { status, headers, body } = problemReply(problem, { path, requestId: crypto.randomUUID(), origin })
  return new Response(body, { status, headers })
}
