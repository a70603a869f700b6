import { describe, expect, it } from 'vitest'
import { testOwner } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { type Answer, ask, expectProblem } from './requests.ts'
import {
  call,
  callbackPath,
  cancel,
  complete,
  decision,
  idOf,
  lines,
  purged,
  rig,
  service,
  suspended,
  useWaits,
  verdict,
  waiting,
  waitsOf,
} from './wait-rig.ts'

useWaits()

const examples: Example[] = [
  {
    operationId: 'completeWait',
    path: () => `${waiting}/waits/decision:complete`,
    asking: { json: decision },
    openBody: true,
  },
]
describeRefusals(() => service, examples)

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
    expect((await waitsOf(owing)).find(({ name }) => name === 'decision')).toMatchObject({ state: 'CANCELLED' })
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
