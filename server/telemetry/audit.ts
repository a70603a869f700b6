import type { Log } from './log.ts'

/** Who did what, from where, with which credential, and what came of it. Ids are bare UUIDs, as in the database. */
export type AuditFacts = {
  /** The request by its name in the contract. */
  action: string
  /** `failed`: the service did, and what was asked may have been done all the same. */
  outcome: 'accepted' | 'validated' | 'replayed' | 'refused' | 'failed'
  /** Of the problem that it was answered with. */
  code?: string
  status: number
  /** Absent: nobody knows whose the request was. */
  ownerId?: string
  /** The credential, by a name that is no part of it. */
  actor?: string
  address: string
  requestId: string
  /** What it was about, by kind: `operationId`, `receiverId` and so on. */
  ids: Readonly<Record<string, string>>
}

/** The log for audit entries: they are written at every level short of `silent`. */
export function auditLogOf(log: Log): Log {
  return log.level === 'silent' ? log : log.child({}, { level: 'info' })
}

export function audited(log: Log, { action, ids, ...facts }: AuditFacts) {
  log.info({ event: `audit.${action}`, ...facts, ...ids }, 'audited')
}

/** Entries that were not written, so that a flood of refused requests fills no disk. */
export function auditSuppressed(log: Log, facts: { entries: number; addresses: number; seconds: number }) {
  log.warn({ event: 'audit.suppressed', ...facts }, 'refusals were not written one by one')
}
