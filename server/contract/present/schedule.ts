import type { components } from '../../../generated/schema.ts'
import type { CatchUp, OverlapPolicy } from '../../domain/due-times.ts'
import type { Priority } from '../../domain/schedule.ts'
import type { Status } from '../../domain/state-machine.ts'
import type { WebhookEvent, WebhookFormat } from '../../domain/webhook-schedule.ts'
import { submittedKey } from '../concurrency-key.ts'
import { formatId } from '../ids.ts'
import { shownInput } from '../input.ts'
import type { Links } from '../links.ts'

type Schemas = components['schemas']

/** A schedule as stored in the database. */
export type ScheduleRecord = {
  scheduleId: string
  name: string | null
  cron: string | null
  intervalSeconds: number | null
  timeZone: string
  startAt: Date | null
  endAt: Date | null
  jitterSeconds: number
  overlapPolicy: OverlapPolicy
  catchUp: CatchUp
  catchUpWindowSeconds: number
  type: string
  operation: {
    priority: Priority
    labels?: Readonly<Record<string, string>>
    webhook?: { url: string; events: WebhookEvent[]; format?: WebhookFormat } | undefined
    concurrencyKey?: string | null
  }
  pathNames: string[]
  paused: boolean
  dueAt: Date | null
  createdAt: Date
  updatedAt: Date
}

export type RunRecord = {
  dueAt: Date
  manual: boolean
  firedAt: Date
  outcome: 'STARTED' | 'SKIPPED' | 'MISSED' | 'REFUSED'
  operationId: string | null
  code: string | null
  status: Status | null
  finishedAt: Date | null
}

/** What is shown besides the row. `input`: undefined if this process cannot decrypt it. `secret`: of the webhook, only after it was set. */
export type About = {
  links: Links
  input: Readonly<Record<string, unknown>> | undefined
  runs?: readonly RunRecord[]
  secret?: string | undefined
}

/** The schedule in the API's format. */
export function wireSchedule(row: ScheduleRecord, { links, input, runs, secret }: About): Schemas['Schedule'] {
  const self = links.schedule(row.scheduleId)
  const scheduleId = formatId('schedule', row.scheduleId)
  return {
    scheduleId,
    ...(row.name === null ? {} : { name: row.name }),
    state: row.paused ? 'PAUSED' : row.dueAt === null ? 'ENDED' : 'ACTIVE',
    ...(row.cron === null ? {} : { cron: row.cron }),
    ...(row.intervalSeconds === null ? {} : { intervalSeconds: row.intervalSeconds }),
    timeZone: row.timeZone,
    ...(row.startAt === null ? {} : { startAt: row.startAt.toISOString() }),
    ...(row.endAt === null ? {} : { endAt: row.endAt.toISOString() }),
    jitterSeconds: row.jitterSeconds,
    operation: template(row, input, secret),
    overlapPolicy: row.overlapPolicy,
    catchUp: row.catchUp,
    catchUpWindowSeconds: row.catchUpWindowSeconds,
    nextTimes: row.dueAt === null ? [] : [row.dueAt.toISOString()],
    ...(runs ? { lastRuns: runs.map(wireRun) } : {}),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    links: {
      self,
      operations: links.api(`/operations?scheduleId=${scheduleId}`),
      trigger: `${self}:trigger`,
    },
  }
}

/** The submit of the schedule, without confidential parts. */
function template(
  { type, operation, pathNames }: ScheduleRecord,
  input: About['input'],
  secret: string | undefined,
): Schemas['OperationTemplate'] {
  const shown = Object.entries(input ? shownInput(type, input) : {})
  const path = shown.filter(([name]) => pathNames.includes(name)).map(([name, value]) => [name, String(value)])
  const { priority, labels, webhook } = operation
  const concurrencyKey = submittedKey(operation.concurrencyKey ?? null)
  const body = {
    ...Object.fromEntries(shown.filter(([name]) => !pathNames.includes(name))),
    priority,
    ...(labels ? { labels } : {}),
    ...(concurrencyKey === undefined ? {} : { concurrencyKey }),
    ...(webhook ? { webhook: templateWebhook(webhook, secret) } : {}),
  }
  return { type, ...(path.length > 0 ? { path: Object.fromEntries(path) } : {}), body }
}

function templateWebhook(
  { url, events, format = 'STANDARD' }: NonNullable<ScheduleRecord['operation']['webhook']>,
  secret: string | undefined,
) {
  return { url, events, format, ...(secret ? { secret } : {}) }
}

function wireRun(run: RunRecord): Schemas['ScheduleRun'] {
  return {
    scheduledFor: run.dueAt.toISOString(),
    firedAt: run.firedAt.toISOString(),
    triggered: run.manual,
    outcome: run.outcome,
    ...(run.operationId === null ? {} : { operationId: formatId('operation', run.operationId) }),
    ...(run.status === null ? {} : { status: run.status }),
    ...(run.finishedAt === null ? {} : { endedAt: run.finishedAt.toISOString() }),
    ...(run.code === null ? {} : { code: run.code }),
  }
}
