import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createClient, type Longrun, LongrunProblem } from '../../client/index.ts'
import { report } from '../http/requests.ts'
import { startTestService, type TestService } from '../support/service.ts'

let service: TestService
let longrun: Longrun
beforeAll(async () => {
  service = await startTestService()
  longrun = createClient({ baseUrl: service.url, apiKey: service.apiKey })
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const operation = { type: 'generateReport', body: report } as const

it('creates, changes, pauses, triggers and deletes a schedule', async () => {
  const { schedules } = longrun
  const startAt = new Date('2035-03-24T00:00:00Z')
  const berlin = { cron: '30 2 * * *', timeZone: 'Europe/Berlin', startAt, operation }
  const times = await schedules.validate(berlin)
  expect(times).toHaveLength(10)
  expect(times[0]).toEqual(new Date('2035-03-24T01:30:00Z'))
  const { scheduleId } = await schedules.create(berlin)
  expect(await schedules.update(scheduleId, { remove: ['startAt'], name: 'nightly' })).toMatchObject({
    name: 'nightly',
  })
  expect(await schedules.pause(scheduleId)).toMatchObject({ state: 'PAUSED' })
  const { operationId } = await schedules.trigger(scheduleId)
  expect((await schedules.get(scheduleId)).lastRuns).toMatchObject([{ operationId, triggered: true }])
  expect(await schedules.resume(scheduleId)).toMatchObject({ state: 'ACTIVE' })
  await schedules.create({ intervalSeconds: 86_400, operation })
  const listed: string[] = []
  for await (const schedule of schedules.list()) listed.push(schedule.scheduleId)
  expect(listed).toHaveLength(2)
  await schedules.delete(scheduleId)
  await schedules.delete(scheduleId)
  await expect(schedules.get(scheduleId)).rejects.toThrow(LongrunProblem)
  expect(await (await longrun.operation(operationId)).result()).toMatchObject({ format: 'CSV' })
})

it('creates one schedule for one key, and shows a concurrency key as it was sent', async () => {
  const body = { ...report, concurrencyKey: 'one at a time' }
  const schedule = { cron: '@yearly', operation: { type: 'generateReport', body } } as const
  const options = { idempotencyKey: 'client-schedule' }
  const [first, again] = [
    await longrun.schedules.create(schedule, options),
    await longrun.schedules.create(schedule, options),
  ]
  expect(again.scheduleId).toBe(first.scheduleId)
  expect(first.operation.body).toMatchObject({ concurrencyKey: 'one at a time' })
})
