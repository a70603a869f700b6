import type { Client } from 'openapi-fetch'
import type { OperationType } from '../generated/operations.ts'
import type { components, paths } from '../generated/schema.ts'
import { problemOf } from './errors.ts'
import type { Operation } from './operations.ts'
import { pages } from './pages.ts'

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

type Options = { signal?: AbortSignal }

/** By default a random key for each call, which its automatic retries use as well. */
type KeyOptions = Options & { idempotencyKey?: string }

export type Schedules = {
  create(schedule: NewSchedule, options?: KeyOptions): Promise<Schedule>
  /** The next ten due times, without creating a schedule. Throws like `create`. */
  validate(schedule: NewSchedule, options?: Options): Promise<Date[]>
  /** Iterates over all schedules, newest first, page by page, without their runs. */
  list(options?: Options): AsyncGenerator<Schedule, void, void>
  /** With the latest ten runs. */
  get(scheduleId: string, options?: Options): Promise<Schedule>
  update(scheduleId: string, changes: ScheduleChanges, options?: Options): Promise<Schedule>
  /** Resolves also when the schedule was already deleted. */
  delete(scheduleId: string, options?: Options): Promise<void>
  pause(scheduleId: string, options?: Options): Promise<Schedule>
  resume(scheduleId: string, options?: Options): Promise<Schedule>
  /** Submits the operation of the schedule now. */
  trigger(scheduleId: string, options?: KeyOptions): Promise<Operation>
}

type Call<D> = Promise<{ data?: D; error?: unknown; response: Response }>

/** The calls of `/schedules`. `answerOf` returns the body of a response, or throws its problem. */
export function createSchedules(
  api: Client<Pick<paths, `/schedules${string}` & keyof paths>>,
  answerOf: <D>(call: Call<D>) => Promise<D>,
): Schedules {
  const at = (scheduleId: string) => ({ path: { scheduleId } })
  const keyed = (idempotencyKey: string = crypto.randomUUID()) => ({ 'Idempotency-Key': idempotencyKey })
  const post = (schedule: NewSchedule, more: object, { idempotencyKey, signal }: KeyOptions) =>
    answerOf(
      api.POST('/schedules', {
        params: { header: keyed(idempotencyKey) },
        body: { ...withTimes(schedule), ...more },
        signal,
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
    list: ({ signal } = {}) =>
      pages(async (pageToken) => {
        const page = await answerOf(api.GET('/schedules', { params: { query: { pageSize: 1000, pageToken } }, signal }))
        return { items: page.schedules, nextPageToken: page.nextPageToken }
      }),
    get: (scheduleId, { signal } = {}) =>
      answerOf(api.GET('/schedules/{scheduleId}', { params: at(scheduleId), signal })),
    update: (scheduleId, changes, { signal } = {}) =>
      answerOf(api.PATCH('/schedules/{scheduleId}', { params: at(scheduleId), body: withTimes(changes), signal })),
    async delete(scheduleId, { signal } = {}) {
      const { error, response } = await api.DELETE('/schedules/{scheduleId}', { params: at(scheduleId), signal })
      // 404 is success: the response to the first request may have been lost.
      if (!response.ok && response.status !== 404) throw problemOf(response, error)
    },
    pause: (scheduleId, { signal } = {}) =>
      answerOf(api.POST('/schedules/{scheduleId}:pause', { params: at(scheduleId), signal })),
    resume: (scheduleId, { signal } = {}) =>
      answerOf(api.POST('/schedules/{scheduleId}:resume', { params: at(scheduleId), signal })),
    trigger: (scheduleId, { idempotencyKey, signal } = {}) =>
      answerOf(
        api.POST('/schedules/{scheduleId}:trigger', {
          params: { ...at(scheduleId), header: keyed(idempotencyKey) },
          signal,
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
