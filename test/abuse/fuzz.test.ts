import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fetch } from '../../server/http/listen.ts'
import { openHook } from '../http/hook.ts'
import { ask, ended, submitted } from '../http/requests.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { fuzz, type Stock, stockOf } from './fuzz.ts'
import { makeHoldings } from './holdings.ts'

/** `npm run test:fuzz` sends 100,000 by a seed of the moment; FUZZ_SEED finds again what a seed has found. */
const whole = process.env.FUZZ === 'full'
const runs = Number(process.env.FUZZ_RUNS ?? (whole ? 100_000 : 3000))
const seed = Number(process.env.FUZZ_SEED ?? (whole ? Date.now() % 2 ** 31 : 20261121))

type Rig = { service: TestService; stock: Stock; close(): Promise<void> }

async function openRig(wrapFetch?: (fetch: Fetch) => Fetch): Promise<Rig> {
  const hook = await openHook()
  const service = await startTestService(
    { WEBHOOK_ALLOW_INSECURE: 'true' },
    undefined,
    undefined,
    wrapFetch && { wrapFetch },
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

describe('whatever is asked', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await openRig()
  })
  afterAll(() => rig.close())

  it('is answered as the contract says, and never with a fault of the service', { timeout: 1_800_000 }, async () => {
    console.log(`fuzz: ${runs} requests, FUZZ_SEED=${seed}`)
    const startMs = performance.now()
    const { sent, statuses } = await fuzz({ ...rig, runs, seed })
    const seconds = (performance.now() - startMs) / 1000
    const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`)
    console.log(`fuzz: ${sent} answers in ${seconds.toFixed(1)} s; ${counts.join(', ')}`)
    expect(sent).toBeGreaterThanOrEqual(runs)
  })

  it('leaves the service as able as it was', async () => {
    const { service } = rig
    expect((await ask(service, '/readyz', { key: null })).status).toBe(200)
    expect(await ended(service, await submitted(service))).toMatchObject({ status: 'COMPLETED' })
  })
})

const bodyOf = async (answer: Response) => (await answer.json()) as Record<string, unknown>

/** A service that answers one request in hundreds otherwise than it should. */
const faults: {
  what: string
  told: string
  only: string[]
  broken(request: Request, answer: Response): Promise<Response>
}[] = [
  {
    what: 'a fault of the service',
    told: 'answers 500',
    only: ['listOrders'],
    broken: async ({ url }, answer) =>
      /source=SAMPLE&.*toDate/.test(url) ? new Response(null, { status: 500 }) : answer,
  },
  {
    what: 'a field that the contract does not know',
    told: 'must NOT have unevaluated properties',
    only: ['exportCustomers'],
    broken: async (_, answer) => {
      const told = answer.status === 202 ? await bodyOf(answer.clone()) : {}
      return told.priority === 'LOW' ? Response.json({ ...told, rowId: 1 }, answer) : answer
    },
  },
  {
    what: 'a statement of SQL',
    told: 'shows SQL',
    only: ['getReport'],
    broken: async ({ url }, answer) => {
      if (answer.status !== 404 || !/%/.test(url)) return answer
      return Response.json({ ...(await bodyOf(answer)), detail: 'select id from uploads' }, answer)
    },
  },
]

describe('of a service that is wrong', () => {
  let broken: (typeof faults)[number]['broken'] | undefined
  let rig: Rig
  beforeAll(async () => {
    rig = await openRig((fetch) => async (request, peer) => {
      const answer = await fetch(request, peer)
      return broken ? broken(request, answer) : answer
    })
  })
  afterAll(async () => {
    rig.service.check.violations.length = 0
    await rig.close()
  })

  it.each(faults)('finds $what, and says how to find it again', async ({ told, only, broken: fault }) => {
    broken = fault
    const found = await fuzz({ ...rig, runs: 1000, seed: 1 }, only).then(
      () => 'nothing',
      (error: Error) => `${error.message}\n${(error.cause as Error).message}`,
    )
    expect(found).toContain(told)
    expect(found).toMatch(/seed: 1, path: "[\d:]+"/)
  })
})
