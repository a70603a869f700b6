import { afterEach, expect, it } from 'vitest'
import type { Caller } from '../../server/contract/implementation.ts'
import { type Connections, watchConnections } from '../../server/streaming/connections.ts'
import { log } from './rig.ts'

const scope = 'operations:read'
const caller = (credential: string, ownerId = 'alice', ...scopes: string[]): Caller => ({
  ownerId,
  actor: `key:${credential}`,
  credential,
  rateLimitKey: credential,
  scopes: new Set(scopes.length ? scopes : [scope]),
})

let connections: Connections | undefined
afterEach(() => connections?.close())

it('calls each heartbeat once per interval, and none of a removed connection', async () => {
  connections = watchConnections({ recall: async () => [], log, heartbeatMs: 300, recheckMs: 60_000 })
  const beats = Array.from({ length: 60 }, () => 0)
  const gone = Promise.withResolvers<void>()
  const forget = connections.add({
    caller: caller('k'),
    scope,
    heartbeat: () => gone.reject(new Error('beat')),
    revoked() {},
  })
  forget()
  const all = beats.map((_, index) => {
    const three = Promise.withResolvers<void>()
    const heartbeat = () => {
      beats[index] = (beats[index] ?? 0) + 1
      if (beats[index] === 3) three.resolve()
    }
    connections?.add({ caller: caller('k'), scope, heartbeat, revoked() {} })
    return three.promise
  })
  await Promise.race([Promise.all(all), gone.promise])
  expect(Math.max(...beats)).toBeLessThanOrEqual(4)
  expect(connections.count()).toBe(60)
})

it('revokes connections whose credential is revoked, has another owner or lacks the scope, with one query', async () => {
  const checks: (readonly string[])[] = []
  const now = [caller('stands'), caller('moved', 'bob'), caller('less', 'alice', 'operations:write')]
  connections = watchConnections({
    async recall(credentials) {
      checks.push(credentials)
      return now
    },
    log,
    recheckMs: 20,
  })
  const ended: string[] = []
  const three = Promise.withResolvers<void>()
  for (const credential of ['stands', 'moved', 'less', 'revoked', 'stands']) {
    const forget = connections.add({
      caller: caller(credential),
      scope,
      heartbeat() {},
      revoked() {
        forget()
        ended.push(credential)
        if (ended.length === 3) three.resolve()
      },
    })
  }
  await three.promise
  expect(ended.sort()).toEqual(['less', 'moved', 'revoked'])
  expect(checks.map((credentials) => credentials.length)).toEqual([4])
  expect(connections.count()).toBe(2)
})

it('keeps connections open while the check fails, and repeats it', async () => {
  let checks = 0
  const revoked = Promise.withResolvers<void>()
  connections = watchConnections({
    async recall() {
      checks += 1
      if (checks === 1) throw new Error('the database is away')
      return []
    },
    log,
    recheckMs: 20,
  })
  connections.add({ caller: caller('k'), scope, heartbeat() {}, revoked: revoked.resolve })
  await revoked.promise
  expect(checks).toBe(2)
})
