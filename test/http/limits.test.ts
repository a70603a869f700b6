import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { buildRoutes } from '../../server/contract/routes.ts'
import { dialects, routesOf } from '../../server/dialects/index.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { opened, refused } from '../support/socket.ts'
import { openStream } from '../support/sse.ts'
import { type Answer, ask, expectProblem, inAnHour, report } from './requests.ts'

const limits = { submits: 200, reads: 1000, uploads: 12 }
/** A key of a third owner, so that its requests do not count in other tests. */
const streaming = 'carol-0123456789abcdef'
/** Ten keys of a fourth owner, whose limit is that of five keys. */
const tenKeys = Array.from({ length: 10 }, (_, index) => `dora-0123456789abcdef-${index}`)
const environment = {
  API_KEYS: `alice:alice-0123456789abcdef,bob:bob-0123456789abcdef,alice:alice-admin-0123456789:admin,carol:${streaming},${tenKeys.map((key) => `dora:${key}`)}`,
  ROLES: 'api',
  LIMIT_SUBMITS: String(limits.submits),
  LIMIT_READS: String(limits.reads),
  LIMIT_UPLOADS: String(limits.uploads),
  LIMIT_STREAMS: '4',
}

/** The value of `RateLimit-Policy`: by default an owner may send five times the limit of a credential. */
const policy = (name: keyof typeof limits) =>
  `"${name}";q=${limits[name]};w=60, "owner-${name}";q=${5 * limits[name]};w=60`

let database: TestDatabase
let services: [TestService, TestService]
beforeAll(async () => {
  database = await createDatabase({ withSample: true })
  services = await Promise.all([startTestService(environment, database), startTestService(environment, database)])
})
afterEach(() => {
  for (const { check } of services) check.assertKept()
})
afterAll(async () => {
  await Promise.all(services.map((service) => service.close()))
  await database.drop()
})

describe('streams and sockets of one key', () => {
  const url = (service: TestService, path: string) => `${service.url}${path}`

  it('are limited over all processes, and 429 beyond the limit before the next one starts', async () => {
    const [one, other] = services
    const key = streaming
    const submit = await ask(one, '/api/v1/reports:generate', { key, json: { ...report, startAfter: inAnHour() } })
    const operation = submit.headers.get('location') ?? ''
    const stream = (service: TestService, path = `${operation}/stream`) => openStream(url(service, path), { key })
    const socket = (service: TestService) => url(service, `${operation}/status`)

    const open = [await stream(one), await stream(other), await stream(one, '/api/v1/operations/stream')]
    const first = await opened(socket(other), { key })
    expect(open.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(open.map(({ headers }) => headers['ratelimit-policy'])).toEqual(Array(3).fill(policy('reads')))
    expect(first.headers['ratelimit-policy']).toBe(policy('reads'))

    for (const service of services) {
      const refusals = [await stream(service), await stream(service, '/api/v1/operations/stream')]
      for (const { status, body, headers } of [...refusals, await refused(socket(service), { key })]) {
        expect({ status, body }).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED', retryAfter: 5 } })
        expect(headers['retry-after']).toBe('5')
        expect(headers.ratelimit).toMatch(/^"reads";r=\d\d\d;/)
      }
      // A stream that does not exist and an endpoint without a stream do not count.
      expect((await stream(service, '/api/v1/operations/op_1/stream')).status).toBe(404)
      expect((await ask(service, `${operation}/stream`, { key, method: 'HEAD' })).status).toBe(200)
    }

    open[0]?.cut()
    await expect.poll(async () => (await stream(other)).status).toBe(200)
    first.socket.terminate()
    await expect
      .poll(async () => (await opened(socket(one), { key }).catch(() => undefined))?.headers.upgrade)
      .toBe('websocket')
    expect((await stream(one)).status).toBe(429)
  })
})

type Class = keyof typeof limits

/** One request of each class, without an effect. */
const requests: Record<Class, (service: TestService, key: string) => Promise<Answer>> = {
  submits: (service, key) =>
    ask(service, '/api/v1/reports:generate', { key, json: { ...report, startAfter: inAnHour(), validateOnly: true } }),
  reads: (service, key) => ask(service, '/api/v1/operations/op_1', { key }),
  uploads: (service, key) => ask(service, '/api/v1/uploads', { key, method: 'POST', body: '{}' }),
}

/** `count` requests of a class to both services alternately, 12 concurrently. */
async function flood(rateClass: Class, key: string, count: number): Promise<Answer[]> {
  const answers: Answer[] = []
  let sent = 0
  const sender = async () => {
    while (sent < count) {
      const service = services[sent++ % 2] as TestService
      let answer = await requests[rateClass](service, key)
      // On a busy machine: refused before it was counted.
      while (answer.status === 503 && !answer.headers.has('ratelimit')) answer = await requests[rateClass](service, key)
      answers.push(answer)
    }
  }
  await Promise.all(Array.from({ length: 12 }, sender))
  return answers
}

const rateLimit = (answer: Answer) => {
  const [, name, left, seconds, owner, leftOfOwner] =
    /^"(\w+)";r=(\d+);t=(\d+)(?:, "owner-(\w+)";r=(\d+);t=\d+)?$/.exec(answer.headers.get('ratelimit') ?? '') ?? []
  return { name, left: Number(left), seconds: Number(seconds), owner, leftOfOwner: Number(leftOfOwner) }
}

// Of bob, whose counts no other test uses.
describe.each(['submits', 'reads', 'uploads'] as const)('%s of one key at two processes', (rateClass) => {
  const limit = limits[rateClass]
  let answers: Answer[]
  beforeAll(async () => {
    answers = await flood(rateClass, services[0].otherKey, Math.ceil(limit * 1.3))
  })

  it('are admitted up to the limit, and then 429', () => {
    const refused = answers.filter(({ status }) => status === 429)
    expect(answers.length - refused.length).toBe(limit)
    for (const answer of refused) expectProblem(answer, 429, 'RATE_LIMITED')
  })

  it('each state the limit, including problems and refusals', () => {
    for (const answer of answers) {
      expect(answer.headers.get('ratelimit-policy')).toBe(policy(rateClass))
      const { name, left, seconds } = rateLimit(answer)
      expect(name).toBe(rateClass)
      expect(left).toBeLessThan(limit)
      expect(seconds).toBeGreaterThan(0)
      expect(seconds).toBeLessThanOrEqual(60)
      if (answer.status !== 429) continue
      expect(left).toBe(0)
      expect(answer.headers.get('retry-after')).toBe(String(seconds))
      expect(answer.body.retryAfter).toBe(seconds)
    }
  })
})

describe('429', () => {
  const routes = [...buildRoutes(), ...dialects.flatMap(routesOf)]
  const guarded = routes.filter(({ scopes }) => scopes !== undefined)

  beforeAll(async () => {
    for (const rateClass of ['submits', 'reads', 'uploads'] as const) {
      await flood(rateClass, services[0].apiKey, Math.ceil(limits[rateClass] * 1.1))
    }
  })

  it.each(guarded)('$method $path', async ({ method, path, operationId, rateClass, renderProblem }) => {
    const [service] = services
    const at = path.replaceAll(/\{\w+\}/g, 'x')
    const answer = await ask(service, at, { method: method.toUpperCase() })
    if (renderProblem) expect([answer.status, answer.text]).toEqual([429, expect.stringContaining('RATE_LIMITED')])
    else expectProblem(answer, 429, 'RATE_LIMITED')
    expect(rateLimit(answer)).toMatchObject({ name: rateClass, left: 0 })
    expect(service.check.seen).toContain(`${operationId} 429 application/${renderProblem ? '' : 'problem+'}json`)
    if (method === 'get') expect((await ask(service, at, { method: 'HEAD' })).status).toBe(429)
  })

  it('is not stated without a key', async () => {
    const [service] = services
    for (const { path } of routes.filter(({ scopes }) => scopes === undefined)) {
      const answer = await ask(service, path.replaceAll(/\{\w+\}/g, 'x'))
      expect(answer.status).not.toBe(429)
      expect(answer.headers.has('ratelimit')).toBe(false)
    }
    const nobody = await ask(service, '/api/v1/operations', { key: 'not-a-key-of-anybody' })
    expect([nobody.status, nobody.headers.get('ratelimit')]).toEqual([401, null])
  })
})

it('ten keys of one owner may send five times the limit of one key, over two processes; the problem names the limit', async () => {
  const answers: Answer[] = []
  for (const key of tenKeys) answers.push(...(await flood('uploads', key, 10)))
  const refused = answers.filter(({ status }) => status === 429)
  // None of the ten keys has reached its own limit.
  expect(answers.length - refused.length).toBe(5 * limits.uploads)
  for (const answer of refused) {
    expectProblem(answer, 429, 'RATE_LIMITED')
    expect(answer.body.detail).toMatch(/^All credentials of this owner together may send 60 uploads in 60 seconds\./)
    expect(answer.headers.get('retry-after')).toBe(String(answer.body.retryAfter))
    expect(rateLimit(answer)).toMatchObject({ name: 'uploads', owner: 'uploads', leftOfOwner: 0 })
  }
})

it('counts requests for which the key has no scope', async () => {
  const answer = await ask(services[0], '/api/v1/operations', { key: services[0].powerlessKey })
  expectProblem(answer, 403, 'INSUFFICIENT_SCOPE')
  expect(rateLimit(answer)).toMatchObject({ name: 'reads', left: 999 })
})

it('counts changes as submits, and reads as reads', () => {
  const classes = Object.fromEntries(buildRoutes().map((route) => [route.operationId, route.rateClass]))
  expect(classes).toMatchObject({
    generateReport: 'submits',
    cancelOperation: 'submits',
    deleteOperation: 'submits',
    getOperation: 'reads',
    batchGetOperations: 'reads',
    streamOperation: 'reads',
    createUpload: 'uploads',
  })
})
