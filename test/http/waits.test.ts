import { describe, expect, it } from 'vitest'
import { openStream } from '../support/sse.ts'
import { usualWaits } from '../support/suspended.ts'
import { onDatabase } from './database.ts'
import { describeFaults, describeRefusals, type Example } from './refusals.ts'
import { ask, expectProblem, inAnHour, submitted } from './requests.ts'
import {
  call,
  cancel,
  complete,
  idOf,
  purged,
  rig,
  service,
  suspended,
  useWaits,
  waiting,
  waitsOf,
} from './wait-rig.ts'

useWaits()

const examples: Example[] = [{ operationId: 'listWaits', path: () => `${waiting}/waits` }]
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

  it('shows the phase that contains the wait in progress until now, with the same ETag', async () => {
    const path = await suspended()
    const hourAgo = Date.now() - 3_600_000
    const phase = { name: 'VALIDATION', status: 'IN_PROGRESS', percentage: 0, duration: 0 }
    const shownAt = async (since: number) => {
      const progress = JSON.stringify({ percentage: 0, phases: [{ ...phase, since }] })
      await onDatabase(
        service,
        `update operations set progress = '${progress}' where operation_id = '${path.slice(-36)}'`,
      )
      const { body, headers } = await ask(service, path)
      const { phases } = body.progress as { phases: [{ duration: number }] }
      return { phases, etag: headers.get('etag') }
    }
    const early = await shownAt(hourAgo + 1_800_000)
    const late = await shownAt(hourAgo)
    expect(late.phases).toEqual([{ ...phase, duration: expect.any(Number) }])
    expect(late.phases[0].duration).toBeGreaterThanOrEqual(3600)
    expect(early.phases[0].duration).toBeLessThan(3600)
    expect(late.etag).toBe(early.etag)
    await complete(path)
    expect((await ask(service, path)).body).toMatchObject({
      status: 'PENDING',
      progress: { phases: [{ status: 'IN_PROGRESS' }] },
    })
    await cancel(path)
    expect((await ask(service, path)).body).toMatchObject({
      status: 'CANCELLED',
      progress: { phases: [{ status: 'FAILED' }] },
    })
  })

  it('is cancelled at once; its waits are over', async () => {
    const path = await suspended()
    const cancelled = await ask(service, `${path}:cancel`, { json: { reason: 'not needed' } })
    expect(cancelled.body).toMatchObject({ status: 'CANCELLED', reason: 'not needed' })
    expect(cancelled.body).not.toHaveProperty('waits')
    expect(cancelled.body.links).not.toHaveProperty('waits')
    const states = (await waitsOf(path)).map(({ name, state, url }) => ({ name, state, url }))
    expect(states.length).toBeGreaterThan(1)
    expect(states).toEqual(states.map(({ name }) => ({ name, state: 'CANCELLED' })))
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

describeFaults(() => service, examples)
