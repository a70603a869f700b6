import { describe, expect, it } from 'vitest'
import { operationTypes } from '../../generated/operations.ts'
import { callbackKey, callbackToken } from '../../server/contract/callback-token.ts'
import { onDatabase } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { ask, expectProblem, inAnHour, submitted } from './requests.ts'
import {
  call,
  callbackPath,
  complete,
  idOf,
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
  { operationId: 'receiveCallback', path: () => callbackPath, asking: { json: verdict, key: null }, openBody: true },
]
describeRefusals(() => service, examples)

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

describeFaults(() => service, examples)
