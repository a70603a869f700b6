import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { onDatabase } from '../http/database.ts'
import { until } from '../http/hook.ts'
import { type Answer, ask, ended, expectProblem } from '../http/requests.ts'
import { startTestService, type TestService } from '../support/service.ts'

/** Screenings over HTTP: the real service with its sample vendors, which call it back. */

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const candidate = {
  name: 'Erika Mustermann',
  birthDate: '1990-08-12',
  email: 'erika@example.com',
  nationalId: 'L01X00T47',
}
const employment = [{ employer: 'Example AG', title: 'Engineer', fromDate: '2015-02-01', toDate: '2022-09-30' }]
const education = [{ institution: 'Example University', degree: 'MSc', graduationYear: 2014 }]
const all = { candidateId: 'cand-4711', candidate, employment, education }
/** Without the employment vendor, which always calls back. */
const atOnce = { candidate, education }

type Phase = { name: string; status: string }
type Operation = Record<string, unknown> & {
  status: string
  attempt: number
  failures: number
  progress: { phases: Phase[] }
  waits?: { name: string; kind: string; who?: string }[]
  result?: { overall: string; checks: Record<string, unknown>[] }
  error?: { code: string; detail: string }
}

const submit = (json: object, headers: Record<string, string> = {}) =>
  ask(service, '/api/v1/candidates:screen', { json, headers })

/** Submits a screening; returns the path of the operation. */
async function start(json: object): Promise<string> {
  const { status, headers } = await submit(json)
  expect(status).toBe(202)
  return headers.get('location') ?? ''
}

const end = async (path: string) => (await ended(service, path)) as Operation
const screen = async (json: object) => end(await start(json))
const untilWaiting = async (path: string, wait: string) =>
  (await until(
    service,
    path,
    ({ status, waits = [] }) => status === 'WAITING' && (waits as { name: string }[]).some(({ name }) => name === wait),
  )) as Operation
const decide = (path: string, json: object): Promise<Answer> =>
  ask(service, `${path}/waits/decision:complete`, { json })
const phasesOf = ({ progress }: Operation) =>
  Object.fromEntries(progress.phases.map(({ name, status }) => [name, status]))

/** The state of the checks of an operation at the sample vendors. */
async function checksAt(path: string): Promise<Record<string, string>> {
  const rows = await onDatabase(
    service,
    `select vendor, state from sample_effects where key like '%${path.slice(-36)}%' and state <> 'NONE'`,
  )
  return Object.fromEntries(rows.map(({ vendor, state }) => [vendor, state]))
}

const vendors = [
  { vendor: 'identity', check: 'IDENTITY', field: 'identityPackage', prefix: 'ID' },
  { vendor: 'criminalRecords', check: 'CRIMINAL_RECORDS', field: 'criminalRecordsPackage', prefix: 'CR' },
  { vendor: 'employment', check: 'EMPLOYMENT', field: 'employmentPackage', prefix: 'EM' },
  { vendor: 'education', check: 'EDUCATION', field: 'educationPackage', prefix: 'ED' },
] as const

const time = expect.stringMatching(/^\d{4}-.+Z$/)
const clear = ({ check, prefix }: (typeof vendors)[number]) => ({
  check,
  verdict: 'CLEAR',
  decidedBy: 'VENDOR',
  reference: expect.stringMatching(new RegExp(`^${prefix}-`)),
  requestedAt: time,
  completedAt: time,
})

describe.concurrent('a screening', () => {
  it('is clear when three vendors answer at once and one calls back', async () => {
    const operation = await screen(all)
    expect(operation).toMatchObject({ status: 'COMPLETED', failures: 0, summary: 'Screening of candidate cand-4711' })
    expect(operation.result).toEqual({ overall: 'CLEAR', checks: vendors.map(clear) })
    expect(Object.values(phasesOf(operation))).toEqual([...Array(4).fill('COMPLETED'), 'SKIPPED'])
    for (const { requestedAt, completedAt } of operation.result?.checks ?? []) {
      expect(Date.parse(String(completedAt))).toBeGreaterThanOrEqual(Date.parse(String(requestedAt)) - 1000)
    }
  })

  it('shows each vendor’s change as an event of its own', async () => {
    const path = await start(all)
    await end(path)
    const { body } = await ask(service, `${path}/events?pageSize=1000`)
    const events = body.events as { progress?: { phases?: Phase[] } }[]
    const seen = new Set(
      events.flatMap(({ progress }) => progress?.phases?.map(({ name, status }) => `${name} ${status}`) ?? []),
    )
    for (const { check } of vendors) {
      expect(seen).toContain(`${check} IN_PROGRESS`)
      expect(seen).toContain(`${check} COMPLETED`)
    }
  })

  it('waits for the callback without an attempt, and shows what it waits for', async () => {
    const path = await start({ ...all, employmentPackage: 'test_no_callback' })
    const operation = await untilWaiting(path, 'employment')
    expect(operation.waits).toMatchObject([{ name: 'employment', kind: 'CALLBACK', schema: { type: 'object' } }])
    expect(phasesOf(operation)).toEqual({
      IDENTITY: 'COMPLETED',
      CRIMINAL_RECORDS: 'COMPLETED',
      EMPLOYMENT: 'IN_PROGRESS',
      EDUCATION: 'COMPLETED',
      DECISION: 'PENDING',
    })
    await ask(service, `${path}:cancel`, { method: 'POST' })
    await end(path)
  })

  it.each([
    [{ candidate }, ['IDENTITY', 'CRIMINAL_RECORDS']],
    [{ candidate, employment: [], education: [] }, ['IDENTITY', 'CRIMINAL_RECORDS']],
    [atOnce, ['IDENTITY', 'CRIMINAL_RECORDS', 'EDUCATION']],
    [{ ...all, checks: ['EDUCATION', 'IDENTITY'] }, ['IDENTITY', 'EDUCATION']],
    [{ candidate, checks: ['CRIMINAL_RECORDS'] }, ['CRIMINAL_RECORDS']],
  ])('makes the chosen checks, or those that have data: %j', async (json, expected) => {
    const { result } = await screen(json)
    expect(result?.checks.map(({ check }) => check)).toEqual(expected)
  })

  it('sends each vendor the data that it needs', async () => {
    const path = await start({ ...all, checks: ['IDENTITY', 'EDUCATION'], identityPackage: 'basic' })
    await end(path)
    const rows = await onDatabase(
      service,
      `select vendor, details->>'package' as package from sample_effects where key like '%${path.slice(-36)}%' order by vendor`,
    )
    expect(rows).toEqual([
      { vendor: 'education', package: null },
      { vendor: 'identity', package: 'basic' },
    ])
  })

  it.each(vendors)('is adverse when the $vendor vendor says so', async ({ field, check }) => {
    const { status, result } = await screen({ ...all, [field]: 'test_adverse' })
    expect([status, result?.overall]).toEqual(['COMPLETED', 'ADVERSE'])
    const found = result?.checks.filter(({ verdict }) => verdict === 'ADVERSE')
    expect(found).toMatchObject([{ check, decidedBy: 'VENDOR' }])
  })

  it.each(vendors)('completes when the $vendor vendor calls back later, early or twice', async ({ field }) => {
    const packages = ['test_callback', 'test_callback_early', 'test_callback_twice']
    const operations = await Promise.all(packages.map((value) => screen({ ...all, [field]: value })))
    for (const { status, failures, result } of operations) {
      expect([status, failures, result?.overall]).toEqual(['COMPLETED', 0, 'CLEAR'])
    }
  })

  it('waits for several callbacks at the same time', async () => {
    const later = Object.fromEntries(vendors.map(({ field }) => [field, 'test_callback']))
    const operation = await screen({ ...all, ...later })
    expect(operation.result).toEqual({ overall: 'CLEAR', checks: vendors.map(clear) })
  })

  it.each(vendors)('completes after the $vendor vendor was down for two calls, without a second order', async ({
    field,
  }) => {
    const operation = await screen({ ...all, [field]: 'test_flaky' })
    expect(operation).toMatchObject({ status: 'COMPLETED', failures: 2 })
  })
})

describe.concurrent('a screening with a verdict REVIEW', () => {
  it.each(['CLEAR', 'ADVERSE'])('waits for a person, whose decision is %s', async (decision) => {
    const path = await start({ ...atOnce, criminalRecordsPackage: 'test_review' })
    const waiting = await untilWaiting(path, 'decision')
    expect(waiting.waits).toMatchObject([{ name: 'decision', kind: 'INPUT', who: 'reviewer' }])
    expect(phasesOf(waiting)).toMatchObject({ CRIMINAL_RECORDS: 'COMPLETED', DECISION: 'IN_PROGRESS' })
    const note = 'The record belongs to another person.'
    expect((await decide(path, { decision, note })).status).toBe(200)
    const { status, result } = await end(path)
    expect([status, result?.overall]).toEqual(['COMPLETED', decision])
    expect(result?.checks).toMatchObject([
      { check: 'IDENTITY', verdict: 'CLEAR', decidedBy: 'VENDOR' },
      { check: 'CRIMINAL_RECORDS', verdict: decision, decidedBy: 'PERSON', note },
      { check: 'EDUCATION', verdict: 'CLEAR', decidedBy: 'VENDOR' },
    ])
    expect(result?.checks[0]).not.toHaveProperty('note')
  })

  it.each(vendors)('of the $vendor vendor is decided by a person, without a note too', async ({ field, check }) => {
    const path = await start({ ...all, [field]: 'test_review' })
    await untilWaiting(path, 'decision')
    expect((await decide(path, { decision: 'CLEAR' })).status).toBe(200)
    const { result } = await end(path)
    expect(result?.checks.filter(({ decidedBy }) => decidedBy === 'PERSON')).toMatchObject([
      { check, verdict: 'CLEAR' },
    ])
  })

  it('has one decision for all of them; an adverse verdict of a vendor stays', async () => {
    const path = await start({
      ...atOnce,
      identityPackage: 'test_review',
      criminalRecordsPackage: 'test_review',
      educationPackage: 'test_adverse',
    })
    await untilWaiting(path, 'decision')
    await decide(path, { decision: 'CLEAR', note: 'both are fine' })
    const { result } = await end(path)
    expect(result?.overall).toBe('ADVERSE')
    expect(result?.checks.map(({ verdict, decidedBy }) => [verdict, decidedBy])).toEqual([
      ['CLEAR', 'PERSON'],
      ['CLEAR', 'PERSON'],
      ['ADVERSE', 'VENDOR'],
    ])
  })

  it.each([
    {},
    { decision: 'REVIEW' },
    { decision: 'clear' },
    { decision: 'CLEAR', note: '' },
    { decision: 'CLEAR', by: 'me' },
  ])('refuses the decision %j', async (body) => {
    const path = await start({ ...atOnce, identityPackage: 'test_review' })
    await untilWaiting(path, 'decision')
    expectProblem(await decide(path, body), 422, 'INVALID_INPUT')
    await ask(service, `${path}:cancel`, { method: 'POST' })
    await end(path)
  })
})

describe.concurrent('a screening fails', () => {
  it.each(vendors)('when the $vendor vendor declines, and the other checks are cancelled', async ({
    vendor,
    field,
    check,
  }) => {
    const path = await start({ ...all, [field]: 'test_declined' })
    const operation = await end(path)
    expect(operation).toMatchObject({ status: 'FAILED', failures: 1, error: { code: 'CHECK_DECLINED' } })
    expect(operation.error?.detail).toBe(`The ${vendor} vendor declined: DECLINED.`)
    expect(phasesOf(operation)[check]).toBe('FAILED')
    expect(Object.values(await checksAt(path))).toEqual(Array(4).fill('UNDONE'))
  })

  it.each(vendors)('when the $vendor vendor stays down, and the checks are cancelled', async ({ field }) => {
    const path = await start({ ...all, [field]: 'test_unavailable' })
    await until(service, path, ({ failures }) => failures !== 0)
    await onDatabase(service, `update operations set max_attempts = 2 where operation_id = '${path.slice(-36)}'`)
    const operation = await end(path)
    expect(operation).toMatchObject({ status: 'FAILED', error: { code: 'PROCESSING_ERROR' } })
    expect(Object.values(await checksAt(path))).toEqual(Array(4).fill('UNDONE'))
  })

  it('when no callback arrives in time, and the checks are cancelled', async () => {
    const path = await start({ ...all, employmentPackage: 'test_no_callback' })
    await untilWaiting(path, 'employment')
    await onDatabase(
      service,
      `update waits set expires_at = now() where operation_id = '${path.slice(-36)}';
       update operations set due_at = now() where operation_id = '${path.slice(-36)}'`,
    )
    expect(await end(path)).toMatchObject({ status: 'FAILED', error: { code: 'WAIT_TIMEOUT' } })
    expect(Object.values(await checksAt(path))).toEqual(Array(4).fill('UNDONE'))
  })

  it('and can be retried with its input, which the service still has', async () => {
    const path = await start({ ...atOnce, educationPackage: 'test_declined' })
    await end(path)
    const retried = await ask(service, `${path}:retry`, { method: 'POST' })
    expect(retried.status).toBe(202)
    expect(await end(retried.headers.get('location') ?? '')).toMatchObject({ error: { code: 'CHECK_DECLINED' } })
  })
})

describe.concurrent('a cancel', () => {
  it.each([
    ['a callback', { ...all, employmentPackage: 'test_slow' }, 'employment', 4],
    ['a decision', { ...atOnce, identityPackage: 'test_review' }, 'decision', 3],
  ])('while it waits for %s cancels the checks at the vendors', async (_, json, wait, count) => {
    const path = await start(json)
    await untilWaiting(path, wait)
    expect((await ask(service, `${path}:cancel`, { method: 'POST' })).status).toBe(200)
    const operation = await end(path)
    expect(operation.status).toBe('CANCELLED')
    expect(Object.values(await checksAt(path))).toEqual(Array(count).fill('UNDONE'))
    const callbacks = await onDatabase(service, `select 1 from sample_callbacks where key like '%${path.slice(-36)}%'`)
    expect(callbacks).toEqual([])
  })
})

describe('the input', () => {
  it.each<[string, object, string]>([
    ['no candidate', {}, '/candidate'],
    ['a candidate without a name', { candidate: { birthDate: '1990-01-01' } }, '/candidate/name'],
    ['a birth date that is no day', { candidate: { ...candidate, birthDate: '1990-02-30' } }, '/candidate/birthDate'],
    ['a birth date in the future', { candidate: { ...candidate, birthDate: '2999-01-01' } }, '/candidate/birthDate'],
    ['a malformed email', { candidate: { ...candidate, email: 'erika' } }, '/candidate/email'],
    ['an unknown field of the candidate', { candidate: { ...candidate, phone: '1' } }, '/candidate/phone'],
    ['an unknown check', { candidate, checks: ['CREDIT'] }, '/checks/0'],
    ['no check', { candidate, checks: [] }, '/checks'],
    ['a check twice', { candidate, checks: ['IDENTITY', 'IDENTITY'] }, '/checks/1'],
    ['an employment check without employment', { candidate, checks: ['EMPLOYMENT'] }, '/employment'],
    ['an education check without education', { candidate, checks: ['EDUCATION'], education: [] }, '/education'],
    [
      'an employment that ends before it begins',
      { candidate, employment: [{ ...employment[0], toDate: '2014-01-01' }] },
      '/employment/0/toDate',
    ],
    [
      'a year that is a text',
      { candidate, education: [{ ...education[0], graduationYear: '2014' }] },
      '/education/0/graduationYear',
    ],
    ['an id with a space', { candidate, candidateId: 'Erika Mustermann' }, '/candidateId'],
    ['an empty package', { candidate, identityPackage: '' }, '/identityPackage'],
  ])('with %s is refused, and the problem names the field and no value', async (_, json, pointer) => {
    const answer = await submit(json)
    expectProblem(answer, 422, 'INVALID_INPUT')
    expect((answer.body.errors as { pointer: string }[]).map((error) => error.pointer)).toContain(pointer)
    for (const text of ['Erika', 'erika', 'L01X00T47', 'Example']) expect(answer.text).not.toContain(text)
  })

  it('is replayed by its Idempotency-Key, and another candidate with the same key is refused', async () => {
    const key = { 'idempotency-key': 'screening' }
    const first = await submit({ ...atOnce, checks: ['IDENTITY'] }, key)
    expect(first.status).toBe(202)
    expect((await submit({ ...atOnce, checks: ['IDENTITY'] }, key)).body.operationId).toBe(first.body.operationId)
    const other = { ...atOnce, checks: ['IDENTITY'], candidate: { ...candidate, birthDate: '1990-08-13' } }
    expectProblem(await submit(other, key), 422, 'IDEMPOTENCY_MISMATCH')
  })
})
