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
    const probe = Object.hasOwn(probes, path) ? probes[path] : undefined
    if (!probe) return otherwise(request, bindings)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const detail = `${path} has GET and HEAD only.`
      return problemAt(path, new Problem('METHOD_NOT_ALLOWED', detail, { headers: { allow: 'GET, HEAD' } }))
    }
    const reason = await probe()
    if (reason !== undefined) return problemAt(path, new Problem('UNAVAILABLE', reason, { retryAfter: 2 }))
    return Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } })
  }
}

function problemAt(path: string, problem: Problem): Response {
  const { status, headers, body } = problemReply(problem, { path, requestId: crypto.randomUUID(), origin: '' })
  return new Response(body, { status, headers })
}
