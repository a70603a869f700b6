import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Fetch } from '../../server/http/server.ts'
import { openHook } from '../http/hook.ts'
import { ask, ended, submitted } from '../http/requests.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { isFull } from '../support/size.ts'
import { fuzz, type Stock, stockOf } from './fuzz.ts'
import { makeHoldings } from './holdings.ts'

/** The full size sends 100,000 requests with a new seed; FUZZ_SEED repeats a run. */
const runs = Number(process.env.FUZZ_RUNS ?? (isFull ? 100_000 : 3000))
const seed = Number(process.env.FUZZ_SEED ?? (isFull ? Date.now() % 2 ** 31 : 20261121))

type Rig = { service: TestService; stock: Stock; close(): Promise<void> }

async function openRig(wrapFetch?: (fetch: Fetch) => Fetch): Promise<Rig> {
  const hook = await openHook()
  const service = await startTestService(
    { WEBHOOK_ALLOW_INSECURE: 'true' },
    undefined,
    undefined,
    wrapFetch ? { wrapFetch } : {},
  )
  const owners = await Promise.all(
    [service.apiKey, service.otherKey].map((key, nth) =>
      makeHoldings(service, { key, name: `owner-${nth}`, hookUrl: hook.url }),
    ),
  )
  const close = async () => {
    await service.close()
    hook.close()
  }
  return { service, stock: { ...(await stockOf(owners, hook.url)), weak: [service.powerlessKey] }, close }
}

describe('any request', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await openRig()
  })
  afterAll(() => rig.close())

  it('gets a response that the contract allows, and never a 500', { timeout: 1_800_000 }, async () => {
    console.log(`fuzz: ${runs} requests, FUZZ_SEED=${seed}`)
    const startMs = performance.now()
    const { sent, statuses } = await fuzz({ ...rig, runs, seed })
    const seconds = (performance.now() - startMs) / 1000
    const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`)
    console.log(`fuzz: ${sent} answers in ${seconds.toFixed(1)} s; ${counts.join(', ')}`)
    expect(sent).toBeGreaterThanOrEqual(runs)
  })

  it('leaves the service able to run operations', async () => {
    const { service } = rig
    expect((await ask(service, '/readyz', { key: null })).status).toBe(200)
    expect(await ended(service, await submitted(service))).toMatchObject({ status: 'COMPLETED' })
  })
})

const bodyOf = async (response: Response) => (await response.json()) as Record<string, unknown>

/** Faults that change one response in hundreds. */
const faults: {
  what: string
  message: string
  only: string[]
  broken(request: Request, response: Response): Promise<Response>
}[] = [
  {
    what: 'a fault of the service',
    message: 'answers 500',
    only: ['listOrders'],
    broken: async ({ url }, response) =>
      /source=SAMPLE&.*toDate/.test(url) ? new Response(null, { status: 500 }) : response,
  },
  {
    what: 'a field that the contract does not know',
    message: 'must NOT have additional properties',
    only: ['exportCustomers'],
    broken: async (_, response) => {
      const body = response.status === 202 ? await bodyOf(response.clone()) : {}
      return body.priority === 'LOW' ? Response.json({ ...body, rowId: 1 }, response) : response
    },
  },
  {
    what: 'a statement of SQL',
    message: 'shows SQL',
    only: ['getReport'],
    broken: async ({ url }, response) => {
      if (response.status !== 404 || !/%/.test(url)) return response
      return Response.json({ ...(await bodyOf(response)), detail: 'select id from uploads' }, response)
    },
  },
]

describe('with a fault in the service, the fuzzer', () => {
  let broken: (typeof faults)[number]['broken'] | undefined
  let rig: Rig
  beforeAll(async () => {
    rig = await openRig((fetch) => async (request, peer) => {
      const response = await fetch(request, peer)
      return broken ? broken(request, response) : response
    })
  })
  // Those of one fault must not end the search for the next one.
  afterEach(() => {
    rig.service.check.violations.length = 0
  })
  afterAll(() => rig.close())

  it.each(faults)('finds $what and prints how to reproduce it', async ({ message, only, broken: fault }) => {
    broken = fault
    const found = await fuzz({ ...rig, runs: 1000, seed: 1 }, only).then(
      () => 'nothing',
      (error: Error) => `${error.message}\n${(error.cause as Error).message}`,
    )
    expect(found).toContain(message)
    expect(found).toMatch(/seed: 1, path: "[\d:]+"/)
  })
})
