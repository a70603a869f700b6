import type { Log } from './log.ts'

/** Who made a request, from where, with which credential, and its outcome. Ids are bare UUIDs, as in the database. */
export type AuditFacts = {
  /** The operationId of the request in the contract. */
  action: string
  /** `failed`: the service failed; the requested change may have been made. */
  outcome: 'accepted' | 'validated' | 'replayed' | 'refused' | 'failed'
  /** The code of the problem in the response. */
  code?: string
  status: number
  /** Absent when the request was not authenticated. */
  ownerId?: string
  /** The name of the credential, which contains no part of the secret. */
  actor?: string
  address: string
  requestId: string
  /** The resources of the request, by kind: `operationId`, `receiverId` and so on. */
  ids: Readonly<Record<string, string>>
}

/** The log for audit entries, which are written at every level except `silent`. */
export function auditLogOf(log: Log): Log {
  return log.level === 'silent' ? log : log.child({}, { level: 'info' })
}

export function audited(log: Log, { action, ids, ...facts }: AuditFacts) {
  log.info({ event: `audit.${action}`, ...facts, ...ids }, 'audited')
}

/** Entries of refused requests that were suppressed to bound the size of the log. */
export function auditSuppressed(log: Log, facts: { entries: number; addresses: number; seconds: number }) {
  log.warn({ event: 'audit.suppressed', ...facts }, 'audit entries of refused requests were suppressed')
}
