import { Problem } from '../contract/problem.ts'
import { problemReply } from './response/problems.ts'
import type { Fetch } from './server.ts'

/**
 * Serves `/healthz` and `/readyz` as the API does, and everything else with `otherwise`: for the port of the metrics, because a process
 * without the role `api` has no other.
 */
export function withProbes(unready: () => Promise<string | undefined>, otherwise: Fetch): Fetch {
  const probes: Record<string, () => Promise<string | undefined>> = {
    '/healthz': async () => undefined,
    '/readyz': unready,
  }
  return async (request, bindings) => {
    const { pathname: path } = new URL(request.url)
    const probe = Object.hasOwn(probes, path) && ['GET', 'HEAD'].includes(request.method) ? probes[path] : undefined
    if (!probe) return otherwise(request, bindings)
    const reason = await probe()
    if (reason === undefined) return Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } })
    const problem = new Problem('UNAVAILABLE', reason, { retryAfter: 2 })
    const { status, headers, body } = problemReply(problem, { path, requestId: crypto.randomUUID(), origin: '' })
    return new Response(body, { status, headers })
  }
}
