import type { AnyResponse, Caller, Concerned } from '../../contract/implementation.ts'
import type { Problem } from '../../contract/problem.ts'
import type { Route } from '../../contract/routes.ts'
import { type AuditFacts, audited, auditLogOf, auditSuppressed } from '../../telemetry/audit.ts'
import { flood } from '../../telemetry/flood.ts'
import type { Log } from '../../telemetry/log.ts'

/** A request of the spec and its response. */
export type AuditedRequest = {
  route: Route
  requestId: string
  address: string
  caller?: Caller | undefined
  concerned?: Concerned | undefined
  path: () => Readonly<Record<string, string>>
  status: number
  response?: AnyResponse | undefined
  problem?: Problem | undefined
}

/** The problems of a refused credential, signed link or callback URL. */
const refused: ReadonlySet<string> = new Set([
  'UNAUTHENTICATED',
  'INSUFFICIENT_SCOPE',
  'LINK_INVALID',
  'CALLBACK_INVALID',
  'ORIGIN_NOT_ALLOWED',
])
/** Problems that any client can cause as often as it likes. */
const unlimited: ReadonlySet<string> = new Set([...refused, 'RATE_LIMITED'])
const bounds = { each: 20, all: 500, seconds: 60 }

/**
 * Writes the audit log: every request that changes something, and every refused credential, signed link or callback URL. The scopes in the spec decide
 * which requests change something.
 */
export function createAuditor(log: Log): (request: AuditedRequest) => void {
  const auditLog = auditLogOf(log)
  const mayWrite = flood(bounds, ({ entries, sources }) =>
    auditSuppressed(auditLog, { entries, addresses: sources, seconds: bounds.seconds }),
  )
  return (request) => {
    const { route, problem, address, caller } = request
    if (!changes(route) && !(problem && refused.has(problem.code))) return
    // Anybody can send requests without a credential.
    if (problem && (!caller || unlimited.has(problem.code)) && !mayWrite(address)) return
    audited(auditLog, factsOf(request))
  }
}

/** A request that needs only `operations:read` changes nothing, whatever its method. A POST without scopes is a callback. */
function changes({ method, scopes }: Route): boolean {
  return method !== 'get' && (scopes === undefined || scopes.some((scope) => scope !== 'operations:read'))
}

function factsOf({
  route,
  caller,
  concerned,
  path,
  response,
  problem,
  status,
  requestId,
  address,
}: AuditedRequest): AuditFacts {
  const by = caller ?? concerned
  return {
    action: route.canonicalId,
    outcome: outcomeOf(status, response),
    ...(problem ? { code: problem.code } : {}),
    status,
    ...(by?.ownerId ? { ownerId: by.ownerId, actor: by.actor } : {}),
    address,
    requestId,
    ids: mergeIds({ ...idsIn(path()), ...idsIn(concerned) }, idsIn(response?.body)),
  }
}

function outcomeOf(status: number, response: AnyResponse | undefined): AuditFacts['outcome'] {
  if (status >= 400) return status >= 500 ? 'failed' : 'refused'
  if (response?.headers?.['Idempotency-Replayed'] !== undefined) return 'replayed'
  return response?.body instanceof Object && 'valid' in response.body ? 'validated' : 'accepted'
}

/** The ids in the path and those that the request created. If both have the same name, as in a retry, the second is named `new…`. */
function mergeIds(ofPath: Record<string, string>, created: Record<string, string>): Record<string, string> {
  const ids = { ...ofPath }
  for (const [name, id] of Object.entries(created)) {
    const isOther = (ofPath[name] ?? id) !== id
    ids[isOther ? `new${name[0]?.toUpperCase()}${name.slice(1)}` : name] = id
  }
  return ids
}

/** Only well-formed ids: no other text of a caller is logged. */
function idsIn(fields: unknown): Record<string, string> {
  const ids: Record<string, string> = {}
  if (!(fields instanceof Object)) return ids
  for (const [name, value] of Object.entries(fields)) {
    const id = name.endsWith('Id') && typeof value === 'string' ? uuidAtEnd.exec(value)?.[1] : undefined
    if (id !== undefined) ids[name] = id
  }
  return ids
}

const uuidAtEnd = /^[a-z]+_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
