import { weakTag } from '../../contract/entity-tag.ts'
import { parseId } from '../../contract/ids.ts'
import type { Implementation } from '../../contract/implementation.ts'
import { type RunRecord, wireSchedule } from '../../contract/present/schedule.ts'
import { Problem } from '../../contract/problem.ts'
import type { NewOperation } from '../../database/operations/create.ts'
import { openInput } from '../../database/operations/sealed-input.ts'
import { operationOf } from '../../database/schedules/operation.ts'
import type { ScheduleAt, ScheduleRow } from '../../database/schedules/schedules.ts'
import * as schedules from '../../database/schedules/schedules.ts'
import { trigger } from '../../database/schedules/trigger.ts'
import { keyedHash, SealBroken, unseal } from '../../database/sealed.ts'
import { nextDues } from '../../domain/due-times.ts'
import { newId } from '../../lib/new-id.ts'
import { tooManyOperations } from '../../quotas/operations.ts'
import type { Backend } from '../backend.ts'
import { scopeProblem } from '../policy/submit-scopes.ts'
import { tracedSend } from '../policy/traced.ts'
import { pageOf, privately } from '../request/paging.ts'
import { changesOf, changesTiming, dueColumns, timingColumns, timingOf } from '../request/schedule.ts'
import { quotaProblem } from '../request/submission.ts'
import { templateOf } from '../request/template.ts'
import { acceptedResponse, firstResponse, idempotencyOf } from '../response/accepted.ts'
import { matches } from '../response/representation.ts'

type Endpoints = Pick<
  Implementation,
  | 'createSchedule'
  | 'listSchedules'
  | 'getSchedule'
  | 'updateSchedule'
  | 'deleteSchedule'
  | 'pauseSchedule'
  | 'resumeSchedule'
  | 'triggerSchedule'
>

const shownRuns = 10
const shownTimes = 10

export function scheduleEndpoints(backend: Backend): Endpoints {
  const { db, links, sealingKeys, ownerSchedules: most, scheduleMinSeconds: minSeconds } = backend

  /** `shows`: the runs, if they are shown, and whether the secret of the webhook is, which this request has set. */
  function wired(row: ScheduleRow, shows: { runs?: readonly RunRecord[]; secret?: boolean } = {}) {
    const { ownerId, operation } = row
    const input = readable(() => openInput(sealingKeys, { input: operation.input, ownerId }).value)
    const sealed = shows.secret ? operation.webhook?.secret : undefined
    const secret = sealed === undefined ? undefined : readable(() => unseal(sealingKeys, sealed, ownerId))
    return wireSchedule(row, { links, input, secret, ...(shows.runs ? { runs: shows.runs } : {}) })
  }

  const withRuns = async (row: ScheduleRow, secret = false) =>
    wired(row, { runs: await schedules.lastRuns(db, row.scheduleId, shownRuns), secret })

  const shown = async (row: ScheduleRow, secret = false) => ({
    status: 200 as const,
    headers: { 'Cache-Control': secret ? 'no-store' : privately },
    body: await withRuns(row, secret),
  })

  /** Pauses or resumes it, and returns it. */
  async function setPaused(ownerId: string, path: { scheduleId: string }, paused: boolean) {
    const row = await findAt(ownerId, path, (at) =>
      schedules.updateSchedule(db, at, (before, nowMs) => {
        if (before.paused === paused) return undefined
        return paused ? { paused, dueAt: null, fireAt: null } : { paused, ...dueColumns(before, nowMs) }
      }),
    )
    return row ? shown(row) : unknown()
  }

  return {
    async createSchedule({ headers, body, caller, address }) {
      const { ownerId } = caller
      const { validateOnly = false, paused = false, operation: given, ...fields } = body
      const request = { method: 'POST', path: '/schedules', body }
      // The body may contain a confidential input.
      const hashOf = (text: string) => keyedHash(sealingKeys, text, ownerId)
      const { idempotencySeconds } = backend.retention
      const idempotency = idempotencyOf(headers['idempotency-key'], request, idempotencySeconds, hashOf)
      // What was valid at the first request may be invalid now, but a replay is answered.
      const known = validateOnly ? undefined : await schedules.replayOf(db, ownerId, idempotency)
      if (known) return replayed(known)
      const template = await templateOf(backend, given, { caller, address })
      const build = (nowMs: number) => {
        const { name = null, jitterSeconds = 0, overlapPolicy = 'QUEUE', catchUp = 'NONE' } = fields
        const { catchUpWindowSeconds = 86_400 } = fields
        const timing = timingColumns(fields, { nowMs, minSeconds })
        const policies = { jitterSeconds, overlapPolicy, catchUp, catchUpWindowSeconds }
        const made = { scheduleId: newId(), ownerId, name, ...timing, ...policies, ...template, paused }
        return paused ? made : { ...made, ...dueColumns(made, nowMs) }
      }
      if (validateOnly) {
        const nowMs = await schedules.databaseNow(db)
        const times = nextDues(timingOf(build(nowMs)), nowMs, shownTimes)
        return { status: 200, body: { valid: true, nextTimes: times.map((time) => new Date(time).toISOString()) } }
      }
      const outcome = await schedules.insertSchedule(db, build, { ownerId, most, idempotency })
      if (outcome.kind === 'full') {
        return new Problem('TOO_MANY_SCHEDULES', `You have ${most.toLocaleString('en')} schedules. Delete one.`)
      }
      return outcome.kind === 'created' ? created(outcome.schedule) : replayed(outcome)
    },

    async listSchedules({ query, caller: { ownerId } }) {
      const page = pageOf(backend, { path: '/schedules', ownerId, query })
      const fetched = await schedules.listSchedules(db, { ownerId, limit: page.limit, before: page.after?.[0] })
      const { rows, headers, nextPageToken } = page.cut(fetched, (last) => [last.scheduleId])
      const next = nextPageToken === undefined ? {} : { nextPageToken }
      return { status: 200, headers, body: { schedules: rows.map((row) => wired(row)), ...next } }
    },

    async getSchedule({ path, headers, caller: { ownerId } }) {
      const row = await findAt(ownerId, path, (at) => schedules.findSchedule(db, at))
      if (!row) return unknown()
      const body = await withRuns(row)
      const etag = weakTag(body)
      const sent = { ETag: etag, 'Cache-Control': privately }
      return matches(headers['if-none-match'], etag)
        ? { status: 304, headers: sent }
        : { status: 200, headers: sent, body }
    },

    async updateSchedule({ path, body: request, caller, address }) {
      const { ownerId } = caller
      const body = changesOf(request)
      if (!(await findAt(ownerId, path, (at) => schedules.findSchedule(db, at)))) return unknown()
      const { operation: given, name, jitterSeconds, overlapPolicy, catchUp, catchUpWindowSeconds } = body
      const template = given ? await templateOf(backend, given, { caller, address }) : {}
      const changed = { name, jitterSeconds, overlapPolicy, catchUp, catchUpWindowSeconds }
      const row = await findAt(ownerId, path, (at) =>
        schedules.updateSchedule(db, at, (before, nowMs) => {
          if (!changesTiming(body)) return { ...defined(changed), ...template }
          const columns = { ...defined(changed), ...timingColumns(body, { row: before, nowMs, minSeconds }) }
          const due = before.paused ? {} : dueColumns({ ...before, ...columns }, nowMs)
          return { ...columns, ...template, ...due }
        }),
      )
      return row ? shown(row, given !== undefined) : unknown()
    },

    async deleteSchedule({ path, caller: { ownerId } }) {
      const gone = await findAt(ownerId, path, (at) => schedules.deleteSchedule(db, at))
      return gone ? { status: 204 } : unknown()
    },

    pauseSchedule: ({ path, caller: { ownerId } }) => setPaused(ownerId, path, true),
    resumeSchedule: ({ path, caller: { ownerId } }) => setPaused(ownerId, path, false),

    async triggerSchedule({ path, headers, caller, address, startSend }) {
      const { ownerId, actor } = caller
      const { operationQuota: quota, retention } = backend
      const request = { method: 'POST', path: '/schedules/{scheduleId}:trigger', body: path }
      const idempotency = idempotencyOf(headers['idempotency-key'], request, retention.idempotencySeconds)
      const firstOr = async <P extends Problem>(refusal: P) =>
        (await firstResponse(backend, ownerId, idempotency)) ?? refusal
      const found = await findAt(ownerId, path, async (at) => {
        const row = await schedules.findSchedule(db, at)
        return row && { at, row }
      })
      if (!found) return firstOr(unknown())
      const { at, row } = found
      const forbidden = scopeProblem(caller, row.type)
      if (forbidden) return forbidden
      const overQuota = await quotaProblem(backend, { ownerId, webhook: row.operation.webhook })
      if (overQuota) return firstOr(overQuota)
      const outcome = await tracedSend(startSend, { type: row.type }, (traceContext) => {
        const build = (current: ScheduleRow, scheduledFor: Date): NewOperation => {
          const by = { createdBy: actor, createdFrom: address || undefined }
          return operationOf(current, { operationId: newId(), ...by, scheduledFor, idempotency, traceContext })
        }
        return quota.within(ownerId, {
          free: () => trigger(db, at, build),
          exact: () => trigger(db, at, build, quota.cap),
        })
      })
      if (!outcome) return unknown()
      return outcome.kind === 'full' ? tooManyOperations(quota.cap) : acceptedResponse(backend, outcome)
    },
  }

  function created(row: ScheduleRow, more: { 'Idempotency-Replayed'?: 'true' } = {}) {
    const headers = { Location: links.schedule(row.scheduleId), ...more }
    return { status: 201 as const, headers, body: wired(row, { runs: [], secret: true }) }
  }

  /** To a replay: the schedule as it is now. */
  async function replayed(known: { kind: 'mismatch' } | { kind: 'replayed'; schedule: ScheduleRow | undefined }) {
    if (known.kind === 'mismatch') {
      return new Problem('IDEMPOTENCY_MISMATCH', 'This Idempotency-Key was used for another request. Use a new key.', {
        errors: [{ parameter: 'Idempotency-Key', message: 'was used for another request; use a new one' }],
      })
    }
    if (known.schedule) return created(known.schedule, { 'Idempotency-Replayed': 'true' })
    return new Problem('EXPIRED', 'The schedule that this Idempotency-Key created was deleted. Use a new key.')
  }
}

/** The fields that are not undefined. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

/** Undefined after the sealing key was lost. */
function readable<T>(open: () => T): T | undefined {
  try {
    return open()
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}

/** What `find` returns for the schedule of a path. A malformed id is an unknown one. */
async function findAt<T>(
  ownerId: string,
  path: { scheduleId: string },
  find: (at: ScheduleAt) => Promise<T | undefined>,
) {
  const scheduleId = parseId('schedule', path.scheduleId)
  return scheduleId ? find({ ownerId, scheduleId }) : undefined
}

function unknown() {
  return new Problem('NOT_FOUND', 'There is no such schedule, or it is not yours.')
}
