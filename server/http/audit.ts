import type { AnyResponse, Caller } from '../contract/implementation.ts'
import type { Problem } from '../contract/problem.ts'
import type { Route } from '../contract/routes.ts'
import { type AuditFacts, audited, auditLogOf, auditSuppressed } from '../telemetry/audit.ts'
import { flood } from '../telemetry/flood.ts'
import type { Log } from '../telemetry/log.ts'

/** A request of the contract, and what it was answered. */
export type Answered = {
  route: Route
  requestId: string
  address: string
  caller?: Caller
  path: () => Readonly<Record<string, string>>
  status: number
  answer?: AnyResponse
  problem?: Problem
}

/** A credential or a signed link was refused. */
const refused: ReadonlySet<string> = new Set([
  'UNAUTHENTICATED',
  'INSUFFICIENT_SCOPE',
  'LINK_INVALID',
  'ORIGIN_NOT_ALLOWED',
])
/** Refusals that anybody can cause as often as they like. */
const cheap: ReadonlySet<string> = new Set([...refused, 'RATE_LIMITED'])
const bounds = { each: 20, all: 500, seconds: 60 }

/**
 * Writes the audit log: every request that changes something, and, whatever was asked, each credential or signed link that was
 * refused. Which ones those are follows from the contract.
 */
export function auditing(log: Log): (answered: Answered) => void {
  const auditLog = auditLogOf(log)
  const mayWrite = flood(bounds, ({ entries, sources }) =>
    auditSuppressed(auditLog, { entries, addresses: sources, seconds: bounds.seconds }),
  )
  return (answered) => {
    const { route, problem, address } = answered
    if (!changes(route) && !(problem && refused.has(problem.code))) return
    if (problem && cheap.has(problem.code) && !mayWrite(address)) return
    audited(auditLog, factsOf(answered))
  }
}

/** A request that can be made with the right to read alone changes nothing, whatever its method. */
function changes({ method, scopes }: Route): boolean {
  return method !== 'get' && (scopes ?? []).some((scope) => scope !== 'operations:read')
}

function factsOf({ route, caller, path, answer, problem, status, requestId, address }: Answered): AuditFacts {
  return {
    action: route.operationId,
    outcome: outcomeOf(status, answer),
    ...(problem ? { code: problem.code } : {}),
    status,
    ...(caller?.ownerId ? { ownerId: caller.ownerId, actor: caller.actor } : {}),
    address,
    requestId,
    ids: named(idsIn(path()), idsIn(answer?.body)),
  }
}

function outcomeOf(status: number, answer: AnyResponse | undefined): AuditFacts['outcome'] {
  if (status >= 400) return status >= 500 ? 'failed' : 'refused'
  if (answer?.headers?.['Idempotency-Replayed'] !== undefined) return 'replayed'
  return answer?.body instanceof Object && 'valid' in answer.body ? 'validated' : 'accepted'
}

/** What a request was about, and what it made: a retry makes an operation of an operation. */
function named(about: Record<string, string>, made: Record<string, string>): Record<string, string> {
  const ids = { ...about }
  for (const [name, id] of Object.entries(made)) {
    const isOther = (about[name] ?? id) !== id
    ids[isOther ? `new${name[0]?.toUpperCase()}${name.slice(1)}` : name] = id
  }
  return ids
}

/** Well-formed ids alone: nothing else that a caller writes comes into the log. */
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
