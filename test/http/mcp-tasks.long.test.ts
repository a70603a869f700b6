import { isDetailedTaskV2 } from '@modelcontextprotocol/ext-tasks/core/v2'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { openWaitRig, type WaitRig } from '../support/suspended.ts'
import { type Rpc, rpc, taskSession } from './mcp-rig.ts'
import { ask, ended, inAnHour, report, submitted } from './requests.ts'

/** Operations as tasks (`io.modelcontextprotocol/tasks`), by the client `@modelcontextprotocol/ext-tasks`. */

let service: TestService
let idle: TestService
let rig: WaitRig
beforeAll(async () => {
  service = await startTestService()
  // Its operations do not run.
  idle = await startTestService({ ROLES: 'api' })
  rig = await openWaitRig(idle)
})
afterEach(() => {
  service.check.assertKept()
  idle.check.assertKept()
})
afterAll(async () => {
  await rig.close()
  await service.close()
  await idle.close()
})

const idOf = (path: string) => path.split('/').at(-1) ?? ''
const candidate = { name: 'Erika Mustermann', birthDate: '1990-08-12' }
const withForms = { extensions: { 'io.modelcontextprotocol/tasks': {} }, elicitation: {} }
const onTask = (method: string, taskId: string, more: object = {}, at = idle, key = at.apiKey): Promise<Rpc> =>
  rpc(at, { method: `tasks/${method}`, params: { taskId, ...more } }, { key }, withForms)
const accept = (content: object) => ({ inputResponses: { decision: { action: 'accept', content } } })

/** A screening that waits for a decision of the user, an answer of a vendor and a timer. Returns its path. */
async function suspended(): Promise<string> {
  const { headers } = await ask(idle, '/api/v1/candidates:screen', { json: { candidate } })
  const path = headers.get('location') ?? ''
  await rig.suspend(path)
  return path
}

describe('a client with tasks', () => {
  it('gets a task at once, and the result as structured content', async () => {
    await using tasks = await taskSession(service)
    const execution = await tasks.session.callTool('generateReport', report)
    expect(execution.kind).toBe('task')
    const { outcome, lastTask } = await execution.settle()
    expect(outcome).toMatchObject({
      status: 'completed',
      result: { structuredContent: { status: 'COMPLETED', done: true, result: { rowCount: 1687 } } },
    })
    expect(lastTask).toMatchObject({ status: 'completed', retentionMs: expect.any(Number) })
  })

  it('gets a failure as a completed task whose result is an error in plain words', async () => {
    await using tasks = await taskSession(service)
    const dateRange = { fromDate: '1999-01-01', toDate: '1999-12-31' }
    const { outcome } = await (await tasks.session.callTool('generateReport', { ...report, dateRange })).settle()
    expect(outcome).toMatchObject({ status: 'completed', result: { isError: true } })
    expect(JSON.stringify(outcome)).toContain('NO_DATA_IN_RANGE: ')
  })

  it('completes a screening by a form that its user fills in', async () => {
    const forms: string[] = []
    const answer = ({ message, requestedSchema }: { message: string; requestedSchema: object }) => {
      forms.push(message)
      expect(requestedSchema).toMatchObject({
        type: 'object',
        properties: { decision: { type: 'string', enum: ['CLEAR', 'ADVERSE'] } },
        required: ['decision'],
      })
      return { decision: 'ADVERSE', note: 'Of another person.' }
    }
    await using tasks = await taskSession(service, { answer })
    const input = { candidate, checks: ['IDENTITY'], identityPackage: 'test_review' }
    const { outcome } = await (await tasks.session.callTool('screenCandidate', input)).settle()
    expect(outcome).toMatchObject({
      status: 'completed',
      result: { structuredContent: { result: { overall: 'ADVERSE', checks: [{ decidedBy: 'PERSON' }] } } },
    })
    expect(forms).toEqual([expect.stringMatching(/^Screening.*: The decision of a person/)])
    // Personal data are in no message.
    expect(JSON.stringify([outcome, forms])).not.toContain('Erika')
  })

  it('cancels, also when it is too late', async () => {
    await using tasks = await taskSession(idle)
    const execution = await tasks.session.callTool('generateReport', { ...report, startAfter: inAnHour() })
    await execution.cancel()
    expect(await execution.result()).toMatchObject({ status: 'cancelled' })
    const taskId = execution.handle?.taskId ?? ''
    expect((await onTask('cancel', taskId)).result).toMatchObject({ resultType: 'complete' })
    expect((await onTask('get', taskId)).result).toMatchObject({ status: 'cancelled', statusMessage: 'CANCELLED' })
  })

  it('continues after a restart of the service and of itself', async () => {
    const database = await createDatabase({ withSample: true })
    const first = await startTestService({ ROLES: 'api' }, database)
    const before = await taskSession(first)
    const execution = await before.session.callTool('generateReport', report)
    if (execution.kind !== 'task') throw new Error('there is no task')
    let reference = ''
    await execution.handoff((kept) => {
      reference = JSON.stringify(kept)
    })
    // Its session is not closed: that cancels tasks which it has not seen end, and an agent that stops does not do so.
    await first.close()
    const second = await startTestService({}, database)
    try {
      await using after = await taskSession(second)
      const resumed = await after.session.resumeTask(JSON.parse(reference))
      expect((await resumed.settle()).outcome).toMatchObject({
        status: 'completed',
        result: { structuredContent: { result: { rowCount: 1687 } } },
      })
    } finally {
      await second.close()
      await database.drop()
    }
  })
})

describe('the status of a task', () => {
  it('is a status of the extension for each status of the operation', async () => {
    const pending = idOf(await submitted(idle, { startAfter: inAnHour() }))
    const path = await suspended()
    const cancelled = await submitted(idle)
    await ask(idle, `${cancelled}:cancel`, { json: { reason: 'of no use' } })
    const completed = await submitted(service)
    await ended(service, completed)
    const states = [
      await onTask('get', pending),
      await onTask('get', idOf(path)),
      await onTask('get', idOf(cancelled)),
      await onTask('get', idOf(completed), {}, service),
    ]
    expect(states.map(({ result }) => result.status)).toEqual(['working', 'input_required', 'cancelled', 'completed'])
    expect(states.every(({ result }) => isDetailedTaskV2(result))).toBe(true)
    expect(states[0]?.result).toMatchObject({
      ttlMs: null,
      pollIntervalMs: expect.any(Number),
      statusMessage: 'PENDING',
    })
    expect(states[2]?.result).toMatchObject({ ttlMs: expect.any(Number), statusMessage: 'CANCELLED, of no use' })
    expect(states[3]?.result).not.toHaveProperty('pollIntervalMs')
    // Only a client that shows forms is asked.
    const silent = await rpc(idle, { method: 'tasks/get', params: { taskId: idOf(path) } })
    expect(silent.result).toMatchObject({ status: 'working', statusMessage: expect.stringMatching(/^WAITING/) })
  })
})

describe('tasks/update', () => {
  it('ignores what nobody asked for, what the user declined, and what comes too late', async () => {
    const path = await suspended()
    const taskId = idOf(path)
    const responses: object[] = [
      {},
      { nothing: { action: 'accept', content: { decision: 'CLEAR' } } },
      // It is asked of a vendor, and not of the user.
      { criminalRecords: { action: 'accept', content: { verdict: 'CLEAR' } } },
      { constructor: { action: 'accept' }, __proto__: { action: 'accept' } },
      { decision: { action: 'decline' } },
      { decision: { action: 'cancel' } },
      { decision: 'CLEAR' },
      [],
    ]
    for (const inputResponses of responses) {
      const { error, result } = await onTask('update', taskId, { inputResponses })
      expect({ error, type: result.resultType }).toEqual({ error: undefined, type: 'complete' })
    }
    expect((await onTask('get', taskId)).result.status).toBe('input_required')
    expect((await onTask('update', taskId, accept({ decision: 'CLEAR' }))).error).toBeUndefined()
    expect((await onTask('get', taskId)).result.status).toBe('working')
    expect((await onTask('update', taskId, accept({ decision: 'ADVERSE' }))).error).toBeUndefined()
  })

  it('refuses an answer that does not match the schema, with the violations', async () => {
    const taskId = idOf(await suspended())
    for (const content of [{}, { verdict: 'CLEAR' }, 'CLEAR', [], null]) {
      const { error } = await onTask('update', taskId, accept(content as object))
      expect(error).toMatchObject({ code: -32_602, data: { code: 'INVALID_INPUT' } })
    }
    expect((await onTask('get', taskId)).result.status).toBe('input_required')
  })
})

describe('a task that the caller may not see', () => {
  const unknown = 'op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'

  it('does not exist: of another owner, unknown, or malformed', async () => {
    const taskId = idOf(await suspended())
    for (const method of ['get', 'update', 'cancel']) {
      const foreign = await onTask(method, taskId, accept({ decision: 'CLEAR' }), idle, idle.otherKey)
      const { error: missing } = await onTask(method, unknown)
      expect(foreign.error).toMatchObject({ code: -32_602 })
      expect(foreign.error?.message).toBe(missing?.message)
      for (const id of ['op_1', `${unknown}/x`, '../files', '']) {
        expect((await onTask(method, id)).error).toMatchObject({ code: -32_602 })
      }
    }
    expect((await onTask('get', taskId)).result.status).toBe('input_required')
  })

  it('is missing once it is purged', async () => {
    const path = await suspended()
    await ask(idle, `${path}:cancel`, { method: 'POST' })
    await ask(idle, `${path}:purge`, { method: 'POST' })
    const { error } = await onTask('get', idOf(path))
    expect(error).toMatchObject({ code: -32_602, data: { code: 'OPERATION_EXPIRED' } })
  })

  it('needs the extension', async () => {
    const taskId = idOf(await suspended())
    for (const capabilities of [{}, { extensions: {} }, { extensions: { tasks: {} } }]) {
      for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
        const { error } = await rpc(idle, { method, params: { taskId, inputResponses: {} } }, {}, capabilities)
        expect(error).toMatchObject({ code: -32_021, data: { requiredCapabilities: { extensions: {} } } })
      }
    }
  })
})
