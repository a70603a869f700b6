import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { operationTypes } from '../../generated/operations.ts'
import { callbackKey, callbackToken } from '../../server/contract/callback-token.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { startTestService, type TestService, testOwner } from '../support/service.ts'
import { openStream } from '../support/sse.ts'
import { openWaitRig, usualWaits, type WaitRig } from '../support/suspended.ts'
import { onDatabase } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { type Answer, type Asking, ask, expectProblem, inAnHour, submitted } from './requests.ts'

/** Everything that the service has logged. */
const lines: string[] = []

let service: TestService
let rig: WaitRig
/** An operation that waits for as long as the tests run. */
let waiting: string
/** The path of the callback URL of `waiting`. */
let callbackPath: string
beforeAll(async () => {
  const log = createLog('trace', { write: (line) => lines.push(line) })
  service = await startTestService({ ROLES: 'api', TRUSTED_PROXIES: 'loopback' }, undefined, log)
  rig = await openWaitRig(service)
  waiting = await suspended()
  callbackPath = rig.callback(waiting)
})
afterEach(() => service.check.assertKept())
afterAll(async () => {
  await rig.close()
  await service.close()
})

async function suspended(waits = usualWaits, more: Record<string, unknown> = {}): Promise<string> {
  const path = await submitted(service, more)
  await rig.suspend(path, waits)
  return path
}

const decision = { decision: 'CLEAR', note: 'The record belongs to Anna Ohm.' }
const complete = (path: string, name = 'decision', asking: Asking = { json: decision }) =>
  ask(service, `${path}/waits/${name}:complete`, { method: 'POST', ...asking })
const verdict = { verdict: 'CLEAR', reference: 'CR-20931' }
const call = (path: string, json: unknown = verdict, asking: Asking = {}) =>
  ask(service, path, { key: null, json, ...asking })
const waitsOf = async (path: string) => (await ask(service, `${path}/waits`)).body.waits as Record<string, unknown>[]
const idOf = (path: string) => path.split('/').at(-1) ?? ''
const cancel = async (path: string) =>
  expect((await ask(service, `${path}:cancel`, { method: 'POST' })).status).toBe(200)

const examples: Example[] = [
  { operationId: 'listWaits', path: () => `${waiting}/waits` },
  {
    operationId: 'completeWait',
    path: () => `${waiting}/waits/decision:complete`,
    asking: { json: decision },
    openBody: true,
  },
  { operationId: 'receiveCallback', path: () => callbackPath, asking: { json: verdict, key: null }, openBody: true },
]
describeRefusals(() => service, examples)

describe('an operation that waits', () => {
  it('is WAITING, with what it awaits, a link and the interval of polls, and without what a run has', async () => {
    const path = await suspended()
    const { status, headers, body } = await ask(service, path)
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'WAITING', done: false, attempt: 1, links: { waits: `${path}/waits` } })
    const waits = body.waits as { name: string }[]
    expect(waits.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      {
        name: 'criminalRecords',
        kind: 'CALLBACK',
        schema: { type: 'object' },
        url: `${path}/waits/criminalRecords:complete`,
        expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
      },
      {
        name: 'decision',
        kind: 'INPUT',
        who: 'compliance',
        schema: { type: 'object' },
        url: `${path}/waits/decision:complete`,
        expiresAt: expect.any(String),
      },
      { name: 'nextDay', kind: 'TIMER', expiresAt: expect.any(String) },
    ])
    for (const name of ['startedAt', 'estimatedCompletion', 'queuePosition', 'duration', 'retry']) {
      expect(body).not.toHaveProperty(name)
    }
    const { recommended } = body.pollInterval as { recommended: number }
    expect(recommended).toBeGreaterThan(1)
    expect(recommended).toBeLessThanOrEqual(30)
    expect(headers.get('retry-after')).toBe(String(recommended))
  })

  it.each(['WAITING', 'waiting'])('is listed by status=%s, and not by other statuses', async (status) => {
    const team = `list-${status}`
    const path = await suspended(usualWaits, { labels: { team } })
    const listed = async (query: string) => {
      const { body } = await ask(service, `/api/v1/operations?label=team:${team}&${query}`)
      return (body.operations as { operationId: string }[]).map(({ operationId }) => operationId)
    }
    expect(await listed(`status=${status}`)).toEqual([idOf(path)])
    expect(await listed(`status=${status}&status=FAILED`)).toEqual([idOf(path)])
    expect(await listed('status=PENDING&status=RUNNING&status=CANCELLING')).toEqual([])
  })

  it('keeps its ETag until something changes, which a held read and a stream see', async () => {
    const path = await suspended()
    const { headers } = await ask(service, path)
    const etag = headers.get('etag') ?? ''
    const same = await ask(service, path, { headers: { 'if-none-match': etag } })
    expect([same.status, same.headers.get('etag')]).toEqual([304, etag])
    const stream = await openStream(`${service.url}${path}/stream`, { key: service.apiKey })
    const held = ask(service, path, { headers: { 'if-none-match': etag, prefer: 'wait=30' } })
    expect((await complete(path)).status).toBe(200)
    expect((await held).body).toMatchObject({ status: 'PENDING' })
    const statuses: string[] = []
    for await (const { data } of stream.blocks) {
      if (data !== undefined) statuses.push((JSON.parse(data) as { status: string }).status)
      if (statuses.at(-1) === 'PENDING' && statuses.length > 1) break
    }
    stream.cut()
    expect(statuses).toEqual(['PENDING', 'WAITING', 'PENDING'])
  })

  it('is cancelled at once; its waits are over', async () => {
    const path = await suspended()
    const cancelled = await ask(service, `${path}:cancel`, { json: { reason: 'not needed' } })
    expect(cancelled.body).toMatchObject({ status: 'CANCELLED', reason: 'not needed' })
    expect(cancelled.body).not.toHaveProperty('waits')
    expect(cancelled.body.links).not.toHaveProperty('waits')
    expectProblem(await complete(path), 409, 'CANNOT_COMPLETE_WAIT')
    expectProblem(await call(rig.callback(path)), 410, 'WAIT_EXPIRED')
  })

  it('cannot be retried or purged', async () => {
    expectProblem(await ask(service, `${waiting}:retry`, { method: 'POST' }), 409, 'CANNOT_RETRY')
    expectProblem(await ask(service, `${waiting}:purge`, { method: 'POST' }), 409, 'CANNOT_PURGE')
    expectProblem(await ask(service, `${waiting}/result`), 409, 'NOT_FINISHED')
  })

  it('cancels by filter', async () => {
    const json = { filter: { status: ['WAITING'], label: ['team:bulk'] }, validateOnly: true }
    await suspended(usualWaits, { labels: { team: 'bulk' } })
    const { body } = await ask(service, '/api/v1/operations:cancel', { json })
    expect(body).toEqual({ valid: true, estimate: { rows: 1 } })
  })
})

describe('listWaits', () => {
  it('200 with the state of each wait, without the bodies', async () => {
    const path = await suspended([...usualWaits, { name: 'lapsed', kind: 'INPUT', seconds: -1 }])
    await complete(path)
    const waits = await waitsOf(path)
    const byName = Object.fromEntries(waits.map((wait) => [wait.name, wait]))
    expect(Object.keys(byName)).toHaveLength(4)
    expect(byName.decision).toMatchObject({ state: 'COMPLETED', completedBy: service.actor, who: 'compliance' })
    expect(byName.decision).toHaveProperty('completedAt')
    expect(byName.criminalRecords).toMatchObject({
      state: 'PENDING',
      url: `${path}/waits/criminalRecords:complete`,
    })
    expect(byName.lapsed).toMatchObject({ state: 'EXPIRED', schema: { type: 'object' } })
    for (const name of ['decision', 'lapsed', 'nextDay']) expect(byName[name]).not.toHaveProperty('url')
    expect(byName.nextDay).not.toHaveProperty('schema')
    expect(JSON.stringify(waits)).not.toContain('Anna')
  })

  it('200 with a timer that is over as COMPLETED at its end', async () => {
    const path = await suspended([{ name: 'over', kind: 'TIMER', seconds: -1 }])
    const [wait] = await waitsOf(path)
    expect(wait).toMatchObject({ state: 'COMPLETED', completedAt: wait?.expiresAt })
    expect(wait).not.toHaveProperty('completedBy')
  })

  it('200 in pages that together have each wait once, and 400 for the token of another list', async () => {
    const names = Array.from({ length: 5 }, (_, index) => `nap${index}`)
    const path = await suspended(names.map((name) => ({ name, kind: 'TIMER', seconds: 60 })))
    const found: unknown[] = []
    let page = `${path}/waits?pageSize=2`
    let token: unknown
    for (;;) {
      const { body, headers } = await ask(service, page)
      found.push(...(body.waits as { name: string }[]).map(({ name }) => name))
      if (body.nextPageToken === undefined) break
      token ??= body.nextPageToken
      page = /<(.*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1] ?? ''
    }
    expect(found).toEqual(names)
    expectProblem(await ask(service, `${waiting}/waits?pageToken=${token}`), 400, 'INVALID_PAGE_TOKEN')
  })

  it('200 with none for an operation that has not waited; 404 for an unknown or foreign operation', async () => {
    expect(await waitsOf(await submitted(service, { startAfter: inAnHour() }))).toEqual([])
    const unknown = '/api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21/waits'
    expectProblem(await ask(service, unknown), 404, 'OPERATION_NOT_FOUND')
    expectProblem(await ask(service, `${waiting}/waits`, { key: service.otherKey }), 404, 'OPERATION_NOT_FOUND')
    expectProblem(await ask(service, `${await purged()}/waits`), 410, 'OPERATION_EXPIRED')
  })
})

/** The path of an operation that was purged. */
async function purged(): Promise<string> {
  const path = await suspended()
  await cancel(path)
  expect((await ask(service, `${path}:purge`, { method: 'POST' })).status).toBe(204)
  return path
}

describe('completeWait', () => {
  it('200 with the completed wait; the operation is PENDING, and its event names the wait and not the body', async () => {
    const path = await suspended()
    const { status, body, headers } = await complete(path)
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('private, no-cache')
    expect(body).toMatchObject({ name: 'decision', kind: 'INPUT', state: 'COMPLETED', completedBy: service.actor })
    const operation = await ask(service, path)
    expect(operation.body).toMatchObject({ status: 'PENDING', queuePosition: expect.any(Number) })
    expect(operation.body).not.toHaveProperty('waits')
    const { events } = (await ask(service, `${path}/events`)).body as { events: Record<string, unknown>[] }
    expect(events.map((event) => [event.status, event.reason, event.actor])).toEqual([
      ['PENDING', undefined, service.actor],
      ['WAITING', undefined, 'worker'],
      ['PENDING', 'decision was completed', service.actor],
    ])
    expect(JSON.stringify(events)).not.toContain('Anna')
  })

  it('200 again for the same body, 409 for another one, and of 20 at the same time one wins', async () => {
    const path = await suspended()
    const json = (index: number) => ({ json: { decision: 'CLEAR', index } })
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => complete(path, 'decision', json(index))))
    const won = answers.findIndex(({ status }) => status === 200)
    const others = answers.filter((_, index) => index !== won)
    for (const answer of others) expectProblem(answer, 409, 'CANNOT_COMPLETE_WAIT')
    const again = await complete(path, 'decision', json(won))
    expect([again.status, again.body]).toEqual([200, answers[won]?.body])
  })

  it('200 for a wait of kind CALLBACK, after which the callback is a 409 with another body', async () => {
    const path = await suspended()
    expect((await complete(path, 'criminalRecords', { json: verdict })).status).toBe(200)
    expect((await call(rig.callback(path))).status).toBe(200)
    expectProblem(await call(rig.callback(path), { verdict: 'OTHER' }), 409, 'CANNOT_COMPLETE_WAIT')
  })

  it('404 WAIT_NOT_FOUND for a wait that has not begun', async () => {
    for (const name of ['approval', 'DECISION', 'constructor', '__proto__', 'a%00', 'a%0Ab', '%20', 'decision%2Fx']) {
      expectProblem(await complete(waiting, name), 404, 'WAIT_NOT_FOUND')
    }
    expectProblem(await complete(waiting, 'approval', { json: [] }), 422, 'INVALID_INPUT')
  })

  it('404 for the operation of another owner, as for one that does not exist', async () => {
    const foreign = await complete(waiting, 'decision', { json: decision, key: service.otherKey })
    expectProblem(foreign, 404, 'OPERATION_NOT_FOUND')
    const unknown = await complete('/api/v1/operations/op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21')
    expectProblem(unknown, 404, 'OPERATION_NOT_FOUND')
    expect(foreign.body.detail).toBe(unknown.body.detail)
  })

  it('409 for a timer, and while the operation is being cancelled', async () => {
    const timer = await complete(waiting, 'nextDay')
    expectProblem(timer, 409, 'CANNOT_COMPLETE_WAIT')
    expect(timer.body.detail).toMatch(/timer/)
    const owing = await suspended()
    await onDatabase(
      service,
      `update operations set owes_compensation = true where operation_id = '${owing.slice(-36)}'`,
    )
    await cancel(owing)
    expect((await ask(service, owing)).body).toMatchObject({ status: 'CANCELLING' })
    expectProblem(await complete(owing), 409, 'CANNOT_COMPLETE_WAIT')
    expectProblem(await call(rig.callback(owing)), 410, 'WAIT_EXPIRED')
    expectProblem(await call(rig.callback(owing, 'later')), 410, 'WAIT_EXPIRED')
  })

  it('410 for a wait that has expired, with its time, and for a purged operation', async () => {
    const path = await suspended([{ name: 'decision', kind: 'INPUT', seconds: -1 }])
    const [wait] = await waitsOf(path)
    const answer = await complete(path)
    expectProblem(answer, 410, 'WAIT_EXPIRED')
    expect(answer.body.expiredAt).toBe(wait?.expiresAt)
    expectProblem(await complete(await purged()), 410, 'OPERATION_EXPIRED')
  })

  it('422 for a body that is no object, or has more than 100 members', async () => {
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`m${index}`, 1]))
    for (const json of [[], 'CLEAR', null, many]) {
      expectProblem(await complete(waiting, 'decision', { json }), 422, 'INVALID_INPUT')
    }
  })
})

describe('receiveCallback', () => {
  it('200 without a credential; the wait is completed by the callback', async () => {
    const path = await suspended()
    const { status, body, headers } = await call(rig.callback(path))
    expect([status, body, headers.get('cache-control')]).toEqual([200, { state: 'COMPLETED' }, 'no-store'])
    expect((await ask(service, path)).body.status).toBe('PENDING')
    expect(await waitsOf(path)).toContainEqual(
      expect.objectContaining({ name: 'criminalRecords', state: 'COMPLETED', completedBy: 'callback' }),
    )
    const { events } = (await ask(service, `${path}/events`)).body as { events: Record<string, unknown>[] }
    expect(events.at(-1)).toMatchObject({ status: 'PENDING', actor: 'callback', address: expect.any(String) })
  })

  it('200 again for a repeated callback, 409 with another body', async () => {
    const path = rig.callback(await suspended())
    const answers = [await call(path), await call(path), await call(path, { reference: 'CR-20931', verdict: 'CLEAR' })]
    expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(3).fill([200, { state: 'COMPLETED' }]))
    expectProblem(await call(path, {}), 409, 'CANNOT_COMPLETE_WAIT')
  })

  it('200 before the operation waits for it, and while it waits for something else', async () => {
    const early = await submitted(service, { startAfter: inAnHour() })
    expect((await call(rig.callback(early))).status).toBe(200)
    expect((await ask(service, early)).body.status).toBe('PENDING')
    const other = await suspended([{ name: 'decision', kind: 'INPUT', seconds: 60 }])
    expect((await call(rig.callback(other))).status).toBe(200)
    expect((await ask(service, other)).body.status).toBe('PENDING')
  })

  it('410 for a wait that has expired, and for an operation that was purged or never existed', async () => {
    const lapsed = await suspended([{ name: 'criminalRecords', kind: 'CALLBACK', seconds: -1 }])
    const answer = await call(rig.callback(lapsed))
    expectProblem(answer, 410, 'WAIT_EXPIRED')
    expect(answer.body).toHaveProperty('expiredAt')
    expectProblem(await call(rig.callback(await purged())), 410, 'WAIT_EXPIRED')
    const never = rig.callback('op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21')
    expectProblem(await call(never), 410, 'WAIT_EXPIRED')
  })

  it('409 for the token of a timer', async () => {
    expectProblem(await call(rig.callback(waiting, 'nextDay')), 409, 'CANNOT_COMPLETE_WAIT')
  })

  const forgeries: [string, (token: string) => string][] = [
    ['signed with another secret', (token) => signedOtherwise(token)],
    ['with another signature', (token) => `${token.split('.')[0]}.${'A'.repeat(43)}`],
    ['with the last character changed', (token) => token.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'))],
    ['for another operation', (token) => swapped(token, rig.callback('op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'))],
    ['for another wait of the same operation', (token) => swapped(token, rig.callback(waiting, 'decision'))],
  ]

  it.each(forgeries)('403 for a token %s, without a query', async (_, forge) => {
    const forged = forge(idOf(callbackPath))
    await onDatabase(service, 'alter schema public rename to gone')
    try {
      expectProblem(await call(`/api/v1/callbacks/${forged}`), 403, 'CALLBACK_INVALID')
    } finally {
      await onDatabase(service, 'alter schema gone rename to public')
    }
  })

  it.each<[string, (token: string) => string]>([
    ['a truncated token', (token) => token.slice(0, -1)],
    ['half a token', (token) => token.split('.')[0] ?? ''],
    ['a token with a part more', (token) => `${token}.x`],
    ['a token with a character more', (token) => `${token}A`],
    ['an operationId', () => idOf(waiting)],
    ['a name with a control character', (token) => `%00${token.slice(3)}`],
    ['a line break', (token) => `${token}%0A`],
    ['a token in base64', (token) => token.replace(/^../, '+%2F')],
    ['513 characters', () => 'x'.repeat(513)],
    ['a broken escape', () => '%zz'],
  ])('404 for %s', async (_, change) => {
    expectProblem(await call(`/api/v1/callbacks/${change(idOf(callbackPath))}`), 404, 'NOT_FOUND')
  })

  it('404 for a signed token whose name cannot be a name of a wait', async () => {
    for (const name of ['a\u0000', 'A', 'a b', 'ü', 'a'.repeat(64)]) {
      expectProblem(await call(rig.callback(waiting, name)), 404, 'NOT_FOUND')
    }
  })

  it('405 for other methods, without the token in the response', async () => {
    const answer = await ask(service, callbackPath, { key: null })
    expectProblem(answer, 405, 'METHOD_NOT_ALLOWED')
    expect(answer.headers.get('allow')).toBe('POST')
    expect(answer.text).not.toContain(idOf(callbackPath))
  })

  function signedOtherwise(token: string) {
    const operationId = waiting.slice(-36)
    const forged = callbackToken(callbackKey(Buffer.alloc(32), operationId), { operationId, name: 'criminalRecords' })
    expect(forged.split('.')[0]).toBe(token.split('.')[0])
    return forged
  }

  /** The signature of `token` for what another token names. */
  function swapped(token: string, other: string) {
    return `${idOf(other).split('.')[0]}.${token.split('.')[1]}`
  }
})

// Generated from the contract, so that a new wait is tested without a change here.
const declared = Object.entries(operationTypes).flatMap(([type, rules]) => {
  const { waits = [] } = rules as { waits?: readonly { name: string; kind: 'CALLBACK' | 'INPUT' }[] }
  return waits.map(({ name, kind }) => ({ type, name, kind }))
})
if (declared.length > 0) {
  describe.each(declared)('the wait $name of $type', ({ type, name, kind }) => {
    it('422 for an unknown field, with its pointer, from a person and from a vendor; its schema is shown without references', async () => {
      const path = await submitted(service)
      await onDatabase(service, `update operations set type = '${type}' where operation_id = '${path.slice(-36)}'`)
      await rig.suspend(path, [{ name, kind, seconds: 60 }])
      const [shown] = await waitsOf(path)
      expect(shown?.schema).toMatchObject({ type: 'object', additionalProperties: false })
      expect(JSON.stringify(shown?.schema)).not.toContain('$ref')
      const json = { bogus: 1 }
      for (const answer of [await complete(path, name, { json }), await call(rig.callback(path, name), json)]) {
        expectProblem(answer, 422, 'INVALID_INPUT')
        expect(answer.body.errors).toContainEqual({
          pointer: '/bogus',
          message: expect.stringContaining('is not a known field'),
        })
      }
      expect(await waitsOf(path)).toMatchObject([{ state: 'PENDING' }])
    })
  })
}

describe('the log', () => {
  const entries = (answer: Answer) => {
    const id = answer.headers.get('x-request-id')
    return lines.map((line) => JSON.parse(line)).filter((entry) => entry.requestId === id)
  }

  it('has an audit entry of each completion, by whom', async () => {
    const path = await suspended()
    const operationId = path.slice(-36)
    const ofCaller = entries(await complete(path))
    expect(ofCaller).toContainEqual(
      expect.objectContaining({
        event: 'audit.completeWait',
        outcome: 'accepted',
        ownerId: testOwner,
        actor: service.actor,
        operationId,
      }),
    )
    // Only a few refusals of one address are written.
    const from = { headers: { 'x-forwarded-for': '198.51.100.77' } }
    const ofCallback = entries(await call(rig.callback(path), verdict, from))
    expect(ofCallback).toContainEqual(
      expect.objectContaining({
        event: 'audit.receiveCallback',
        outcome: 'accepted',
        ownerId: testOwner,
        actor: 'callback',
        address: '198.51.100.77',
        operationId,
      }),
    )
    const refused = entries(await call(rig.callback(path), {}, from))
    expect(refused).toContainEqual(
      expect.objectContaining({ event: 'audit.receiveCallback', code: 'CANNOT_COMPLETE_WAIT', operationId }),
    )
    const forged = entries(await call(callbackPath.replace(/.{43}$/, 'A'.repeat(43)), verdict, from))
    expect(forged).toContainEqual(
      expect.objectContaining({ event: 'audit.receiveCallback', outcome: 'refused', code: 'CALLBACK_INVALID' }),
    )
  })

  it('has neither tokens nor bodies, also of refused requests and of a fault', async () => {
    const path = await suspended()
    const token = idOf(rig.callback(path))
    const secret = 'canary-8d1f'
    const at = `/api/v1/callbacks/${token}`
    const answers = [
      await call(`${at}/more`, { secret }),
      await call(at, [secret]),
      await call(`${at}?${secret}=1`, { secret }),
      await ask(service, at, { key: null, method: 'PUT' }),
      await ask(service, at, { key: null, method: 'POST', body: secret, headers: { 'content-type': 'text/plain' } }),
    ]
    await onDatabase(service, 'alter table waits rename to away')
    answers.push(await call(at, { secret }))
    await onDatabase(service, 'alter table away rename to waits')
    answers.push(await call(at, { secret }), await call(at, { secret: 'other' }))
    answers.push(await complete(path, 'decision', { json: { secret } }))
    expect(answers.map(({ status }) => status)).toEqual([404, 422, 400, 405, 415, 500, 200, 409, 200])
    for (const { text } of answers) {
      expect(text).not.toContain(token)
      expect(text.replace(/The query parameter \S+|"parameter":"[^"]+"/g, '')).not.toContain(secret)
    }
    expect(lines.join('')).not.toContain(token)
    expect(lines.join('')).not.toContain(secret)
    expect(lines.join('')).not.toContain('Anna')
  })
})

describeFaults(() => service, examples)
