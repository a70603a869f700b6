import type { OperationType } from '../generated/operations.ts'
import type { components } from '../generated/schema.ts'
import { dataOf } from './api.ts'
import type { Calls } from './calls.ts'
import type { Operation } from './operations.ts'
import { list } from './pages.ts'
import type { CallOptions } from './waiting.ts'

type Schemas = components['schemas']

export type Schedule = Schemas['Schedule']

/** The operation that a schedule submits. `path` and `body` are those of the submit of its type. */
export type OperationTemplate = Schemas['OperationTemplate'] & { type: OperationType }

/** A new schedule, with either `cron` or `intervalSeconds`. Times can be `Date`s. */
export type NewSchedule = Omit<Schemas['CreateScheduleRequest'], 'validateOnly' | 'operation' | 'startAt' | 'endAt'> & {
  operation: OperationTemplate
  startAt?: Date | string
  endAt?: Date | string
}

/** The fields to change, and those to remove. */
export type ScheduleChanges = Omit<Schemas['UpdateScheduleRequest'], 'startAt' | 'endAt'> & {
  startAt?: Date | string
  endAt?: Date | string
}

/** By default a random key for each call, which its automatic retries use as well. */
type KeyOptions = CallOptions & { idempotencyKey?: string }

export type Schedules = {
  create(schedule: NewSchedule, options?: KeyOptions): Promise<Schedule>
  /** The next ten due times, without creating a schedule. Throws like `create`. */
  validate(schedule: NewSchedule, options?: CallOptions): Promise<Date[]>
  /** Iterates over all schedules, newest first, page by page, without their runs. */
  list(options?: CallOptions): AsyncGenerator<Schedule, void, void>
  /** With the latest ten runs. */
  get(scheduleId: string, options?: CallOptions): Promise<Schedule>
  update(scheduleId: string, changes: ScheduleChanges, options?: CallOptions): Promise<Schedule>
  /** Resolves also when the schedule was already deleted. */
  delete(scheduleId: string, options?: CallOptions): Promise<void>
  pause(scheduleId: string, options?: CallOptions): Promise<Schedule>
  resume(scheduleId: string, options?: CallOptions): Promise<Schedule>
  /** Submits the operation of the schedule now. */
  trigger(scheduleId: string, options?: KeyOptions): Promise<Operation>
}

/** The schedules of the owner, which submit operations at due times. */
export function createSchedules({ api }: Calls): Schedules {
  const at = (scheduleId: string) => ({ path: { scheduleId } })
  const keyed = (idempotencyKey: string = crypto.randomUUID()) => ({ 'Idempotency-Key': idempotencyKey })
  const post = (schedule: NewSchedule, more: object, { idempotencyKey, ...options }: KeyOptions) =>
    dataOf(
      api.POST('/schedules', {
        params: { header: keyed(idempotencyKey) },
        body: { ...withTimes(schedule), ...more },
        ...options,
      }),
    )

  return {
    async create(schedule, options = {}) {
      return (await post(schedule, {}, options)) as Schedule
    },
    async validate(schedule, options = {}) {
      const { nextTimes } = await post(schedule, { validateOnly: true }, options)
      return nextTimes.map((time) => new Date(time))
    },
    list: (options) => list(api, '/schedules', { params: { query: { pageSize: 1000 } }, ...options }),
    get: (scheduleId, options) => dataOf(api.GET('/schedules/{scheduleId}', { params: at(scheduleId), ...options })),
    update: (scheduleId, changes, options) =>
      dataOf(api.PATCH('/schedules/{scheduleId}', { params: at(scheduleId), body: withTimes(changes), ...options })),
    async delete(scheduleId, options) {
      const { error } = await api.DELETE('/schedules/{scheduleId}', { params: at(scheduleId), ...options })
      // 404 is success: the response to the first request may have been lost.
      if (error && error.status !== 404) throw error
    },
    pause: (scheduleId, options) =>
      dataOf(api.POST('/schedules/{scheduleId}:pause', { params: at(scheduleId), ...options })),
    resume: (scheduleId, options) =>
      dataOf(api.POST('/schedules/{scheduleId}:resume', { params: at(scheduleId), ...options })),
    trigger: (scheduleId, { idempotencyKey, ...options } = {}) =>
      dataOf(
        api.POST('/schedules/{scheduleId}:trigger', {
          params: { ...at(scheduleId), header: keyed(idempotencyKey) },
          ...options,
        }),
      ),
  }
}

type Times = { startAt?: Date | string; endAt?: Date | string }

/** The same fields, with the times as text. */
type Written<T> = { [K in keyof T]: K extends keyof Times ? Exclude<T[K], Date> : T[K] }

function withTimes<T extends Times>(given: T): Written<T> {
  const { startAt, endAt } = given
  return { ...given, ...textOf('startAt', startAt), ...textOf('endAt', endAt) } as Written<T>
}

function textOf(name: keyof Times, time: Date | string | undefined) {
  return time instanceof Date ? { [name]: time.toISOString() } : {}
}
