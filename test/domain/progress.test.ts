import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  beforeRetry,
  type ProgressView,
  phaseChanges,
  progressIn,
  trackProgress,
  type Update,
} from '../../server/domain/progress.ts'
import type { statuses } from '../../server/domain/state-machine.ts'

const rules = [
  { name: 'A', weight: 20 },
  { name: 'B', weight: 60 },
  { name: 'C', weight: 20 },
]

test('phases add up by their weights, and entering a phase completes those before it', () => {
  const track = trackProgress(rules)
  expect(track.update({ phase: 'A', current: 1, total: 2 }, 1000)).toMatchObject({
    percentage: 10,
    current: 1,
    total: 2,
  })
  const view = track.update({ phase: 'B', percentage: 50, message: 'half' }, 3000)
  expect(view).toEqual({
    percentage: 50,
    phase: 'B',
    message: 'half',
    phases: [
      { name: 'A', status: 'COMPLETED', duration: 2 },
      { name: 'B', status: 'IN_PROGRESS', percentage: 50, duration: 0 },
      { name: 'C', status: 'PENDING' },
    ],
  })
})

test('a completed operation has 100 % and every phase completed; a failure marks the phase in progress', () => {
  const track = trackProgress(rules)
  track.update({ phase: 'B', percentage: 50 }, 0)
  expect(track.failed(0)).toMatchObject({ percentage: 50, phases: [{}, { status: 'FAILED' }, { status: 'PENDING' }] })
  const done = trackProgress(rules).completed(0)
  expect(done.percentage).toBe(100)
  expect(done.phases?.map((phase) => phase.status)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED'])
})

test('a phase can be completed before the next one is entered, and is then not marked by a failure', () => {
  const track = trackProgress(rules)
  track.update({ phase: 'A', percentage: 10 }, 0)
  const completedA = track.complete('A', 2000)
  expect(completedA.phases?.[0]).toEqual({ name: 'A', status: 'COMPLETED', duration: 2 })
  expect(completedA.percentage).toBe(20)
  expect(track.failed(3000)?.phases?.map(({ status }) => status)).toEqual(['COMPLETED', 'PENDING', 'PENDING'])
})

describe('phases beside each other', () => {
  const statusesOf = (view?: ProgressView) => view?.phases?.map(({ status }) => status)

  it('start and end without those before them', () => {
    const track = trackProgress(rules)
    expect(statusesOf(track.start('B', 0, 'asking B'))).toEqual(['PENDING', 'IN_PROGRESS', 'PENDING'])
    expect(statusesOf(track.start('A', 100))).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'PENDING'])
    expect(statusesOf(track.start('C', 200))).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'IN_PROGRESS'])
    expect(track.finish('C', 700)).toMatchObject({ percentage: 20, phase: 'A' })
    expect(track.finish('B', 2000)).toEqual({
      percentage: 80,
      phase: 'A',
      phases: [
        { name: 'A', status: 'IN_PROGRESS', percentage: 0, duration: 1.9 },
        { name: 'B', status: 'COMPLETED', duration: 2 },
        { name: 'C', status: 'COMPLETED', duration: 0.5 },
      ],
    })
  })

  it('shows the phase that was started last, and the message of its step', () => {
    const track = trackProgress(rules)
    track.start('A', 0, 'asking A')
    expect(track.start('B', 1, 'asking B')).toMatchObject({ phase: 'B', message: 'asking B' })
    expect(track.finish('B', 2)).toMatchObject({ phase: 'A' })
  })

  it('a failure leaves the others as they are, and a retry in the same attempt continues the phase', () => {
    const track = trackProgress(rules)
    for (const phase of ['A', 'B']) track.start(phase, 0)
    expect(statusesOf(track.fail('A', 1000))).toEqual(['FAILED', 'IN_PROGRESS', 'PENDING'])
    expect(statusesOf(track.finish('A', 1500))).toEqual(['FAILED', 'IN_PROGRESS', 'PENDING'])
    expect(statusesOf(track.finish('B', 2000))).toEqual(['FAILED', 'COMPLETED', 'PENDING'])
    expect(statusesOf(track.start('A', 5000))).toEqual(['IN_PROGRESS', 'COMPLETED', 'PENDING'])
    expect(track.finish('A', 6000).phases?.[0]).toEqual({ name: 'A', status: 'COMPLETED', duration: 2 })
  })

  it('a phase that is entered after a failure completes those before it except the failed one, also at the end', () => {
    const track = trackProgress(rules)
    track.fail('A', 0)
    track.start('B', 0)
    expect(statusesOf(track.update({ phase: 'C' }, 0))).toEqual(['FAILED', 'COMPLETED', 'IN_PROGRESS'])
    expect(track.completed(0)).toMatchObject({ percentage: 100 })
    expect(statusesOf(track.completed(0))).toEqual(['FAILED', 'COMPLETED', 'COMPLETED'])
  })

  it('an error of the handler marks all that are in progress as failed', () => {
    const track = trackProgress(rules)
    for (const phase of ['A', 'C']) track.start(phase, 0)
    expect(statusesOf(track.failed(0))).toEqual(['FAILED', 'PENDING', 'FAILED'])
  })

  it('an update that names one of them counts for it', () => {
    const track = trackProgress(rules)
    for (const phase of ['A', 'B']) track.start(phase, 0)
    expect(track.update({ phase: 'A', percentage: 50 }, 0)).toMatchObject({
      percentage: 10,
      phases: [{ percentage: 50 }, { percentage: 0 }, {}],
    })
  })

  it('a further attempt keeps those that are completed, and starts the others again', () => {
    const first = trackProgress(rules)
    for (const phase of ['A', 'B', 'C']) first.start(phase, 0)
    const from = first.finish('C', 1000)
    const track = trackProgress(rules, from)
    expect(statusesOf(track.start('A', 0))).toEqual(['IN_PROGRESS', 'PENDING', 'COMPLETED'])
    const second = track.start('B', 0)
    expect(second).toMatchObject({ percentage: from.percentage, phase: 'B' })
    expect(track.finish('A', 500).phases?.[0]).toEqual({ name: 'A', status: 'COMPLETED', duration: 1.5 })
    expect(track.finish('B', 500, 3000).percentage).toBe(99)
  })

  it('compensation shows each of them', () => {
    const track = trackProgress(rules)
    for (const phase of ['A', 'B']) track.start(phase, 0)
    track.finish('A', 0)
    track.fail('B', 0)
    expect(statusesOf(track.compensate('B', 'COMPENSATING', 0))).toEqual(['COMPLETED', 'FAILED', 'SKIPPED'])
    track.compensate('A', 'COMPENSATING', 0)
    expect(statusesOf(track.compensate('A', 'COMPENSATED', 0))).toEqual(['COMPENSATED', 'FAILED', 'SKIPPED'])
  })

  it('for any changes the percentage never decreases', () => {
    const names = fc.constantFrom('A', 'B', 'C', 'unknown')
    const change = fc.tuple(fc.constantFrom('start', 'finish', 'fail', 'complete'), names)
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const track = trackProgress(rules)
        const seen = changes.map(([change, phase], index) => track[change as 'start'](phase, index).percentage)
        expect(seen).toEqual(seen.toSorted((a, b) => a - b))
        expect(Math.max(0, ...seen)).toBeLessThan(100)
      }),
    )
  })
})

test('the changes of phases are named, and other progress is none', () => {
  const track = trackProgress(rules)
  const first = track.update({ phase: 'B', percentage: 10 }, 0)
  expect(phaseChanges(undefined, first.phases)).toBe('A is COMPLETED, B is IN_PROGRESS')
  const second = track.update({ phase: 'B', percentage: 60 }, 900)
  expect(phaseChanges(first.phases, second.phases)).toBeUndefined()
  expect(phaseChanges(undefined, trackProgress([]).update({ percentage: 5 }, 0).phases)).toBeUndefined()
})

describe('a further attempt', () => {
  const first = trackProgress(rules)
  first.update({ phase: 'A', percentage: 100 }, 0)
  const from = first.update({ phase: 'B', percentage: 50 }, 2000)

  it('continues from the progress of the earlier one, whatever it reports', () => {
    const track = trackProgress(rules, from)
    expect(track.view(0)).toBeUndefined()
    const again = track.update({ phase: 'A', percentage: 10 }, 1000)
    expect(again).toMatchObject({
      percentage: from.percentage,
      phases: [{ name: 'A', status: 'COMPLETED', duration: 2 }, {}, {}],
    })
    const second = track.update({ phase: 'B', percentage: 10 }, 2000)
    expect(second).toMatchObject({
      percentage: from.percentage,
      phase: 'B',
      phases: [{}, { status: 'IN_PROGRESS', percentage: 50 }, {}],
    })
    expect(track.update({ phase: 'B', percentage: 75 }, 3000).percentage).toBe(65)
  })

  it('keeps the duration of a step that is reused', () => {
    const track = trackProgress(rules, from)
    expect(track.complete('A', 5000).phases?.[0]).toEqual({ name: 'A', status: 'COMPLETED', duration: 2 })
  })

  it('enters the phase again in which the earlier one failed', () => {
    const failed = trackProgress(rules)
    failed.update({ phase: 'B', percentage: 50 }, 0)
    const track = trackProgress(rules, failed.failed(1000))
    expect(track.update({ phase: 'B', percentage: 50 }, 3000).phases?.[1]).toEqual({
      name: 'B',
      status: 'IN_PROGRESS',
      percentage: 50,
      duration: 1,
    })
    expect(track.update({ phase: 'B', percentage: 50 }, 4000).phases?.[1]).toMatchObject({ duration: 2 })
  })
})

describe('compensation', () => {
  const statusesOf = (view?: ProgressView) => view?.phases?.map(({ status }) => status)

  it('shows the state of each phase, and phases that were never entered as SKIPPED', () => {
    const track = trackProgress(rules)
    track.update({ phase: 'A', percentage: 100 }, 0)
    track.update({ phase: 'B', percentage: 50 }, 1000)
    expect(statusesOf(track.compensate('B', 'COMPENSATING', 2000))).toEqual(['COMPLETED', 'COMPENSATING', 'SKIPPED'])
    expect(statusesOf(track.compensate('B', 'COMPENSATED', 3000))).toEqual(['COMPLETED', 'COMPENSATED', 'SKIPPED'])
    expect(statusesOf(track.compensate('A', 'COMPENSATING', 3000))).toEqual(['COMPENSATING', 'COMPENSATED', 'SKIPPED'])
    expect(track.compensate('A', 'FAILED', 4000)).toEqual({
      percentage: 50,
      phase: 'B',
      phases: [
        { name: 'A', status: 'FAILED', percentage: 100, duration: 4 },
        { name: 'B', status: 'COMPENSATED', duration: 2 },
        { name: 'C', status: 'SKIPPED' },
      ],
    })
  })

  it('keeps the phase that failed FAILED when its step is undone', () => {
    const track = trackProgress(rules)
    track.update({ phase: 'A', percentage: 100 }, 0)
    track.update({ phase: 'B', percentage: 50 }, 0)
    track.failed(0)
    track.compensate('B', 'COMPENSATED', 0)
    expect(statusesOf(track.compensate('A', 'COMPENSATED', 0))).toEqual(['COMPENSATED', 'FAILED', 'SKIPPED'])
  })

  it('does not lower the percentage', () => {
    const track = trackProgress(rules)
    const { percentage } = track.update({ phase: 'B', percentage: 50 }, 0)
    for (const phase of ['B', 'A']) expect(track.compensate(phase, 'COMPENSATED', 0)).toMatchObject({ percentage })
  })

  it('reports progress without an update before it', () => {
    const track = trackProgress(rules)
    track.compensate('A', 'COMPENSATING', 0)
    expect(statusesOf(track.view(0))).toEqual(['COMPENSATING', 'SKIPPED', 'SKIPPED'])
  })

  it('shows no phases of a type that declares none', () => {
    expect(trackProgress([]).compensate('A', 'COMPENSATED', 0)).toEqual({ percentage: 0 })
  })
})

describe('an attempt that continues from an earlier one', () => {
  function earlier() {
    const track = trackProgress(rules)
    track.update({ phase: 'A', percentage: 100 }, 1000)
    track.update({ phase: 'B', current: 1, total: 2, message: 'half' }, 3000)
    return track.view(4000) as ProgressView
  }

  it('has the same phases, durations and percentage', () => {
    const track = trackProgress(rules, earlier(), { isCompensation: true })
    expect(track.view(50_000)).toEqual(earlier())
  })

  it('never has a lower percentage, even if a phase is entered again', () => {
    const track = trackProgress(rules, earlier(), { isCompensation: true })
    expect(track.update({ phase: 'A', current: 0, total: 2 }, 0).percentage).toBe(50)
    expect(track.update({ phase: 'B', current: 1, total: 2 }, 0).percentage).toBe(50)
    expect(track.update({ phase: 'C', percentage: 50 }, 0)).toMatchObject({ percentage: 90, phase: 'C' })
  })

  it('compensates from there', () => {
    const track = trackProgress(rules, earlier(), { isCompensation: true })
    track.compensate('B', 'COMPENSATED', 0)
    expect(track.compensate('A', 'COMPENSATING', 0).phases).toMatchObject([
      { name: 'A', status: 'COMPENSATING' },
      { name: 'B', status: 'COMPENSATED' },
      { name: 'C', status: 'SKIPPED' },
    ])
  })

  it('continues a compensation in progress', () => {
    const first = trackProgress(rules, earlier(), { isCompensation: true })
    const track = trackProgress(rules, first.compensate('B', 'COMPENSATED', 0), { isCompensation: true })
    expect(track.compensate('A', 'COMPENSATED', 0).phases?.map(({ status }) => status)).toEqual([
      'COMPENSATED',
      'COMPENSATED',
      'SKIPPED',
    ])
  })

  it('drops phases that its type no longer has', () => {
    const track = trackProgress([{ name: 'NEW', weight: 1 }], earlier(), { isCompensation: true })
    expect(track.view(0)).toMatchObject({ percentage: 50, phases: [{ name: 'NEW', status: 'PENDING' }] })
  })
})

test('there is no progress before the first update', () => {
  const track = trackProgress(rules)
  expect([track.view(0), track.failed(0)]).toEqual([undefined, undefined])
})

test('a message is truncated and made storable', () => {
  const { message } = trackProgress(rules).update({ message: `a\u0000${'😀'.repeat(200)}` }, 0)
  expect(message?.isWellFormed()).toBe(true)
  expect(message?.length).toBeLessThanOrEqual(200)
  expect(message).not.toContain('\u0000')
})

test('for any updates the percentage never decreases and stays within 0 and 99', () => {
  const number = fc.option(fc.oneof(fc.double(), fc.integer()), { nil: undefined })
  const update: fc.Arbitrary<Update> = fc.record({
    phase: fc.option(fc.constantFrom('A', 'B', 'C', 'unknown'), { nil: undefined }),
    current: number,
    total: number,
    percentage: number,
  })
  fc.assert(
    fc.property(fc.array(update), fc.boolean(), (updates, phased) => {
      const track = trackProgress(phased ? rules : [])
      const seen = updates.map((one, index) => track.update(one, index).percentage)
      expect(seen).toEqual(seen.toSorted((a, b) => a - b))
      for (const percentage of seen) expect(Math.min(99, Math.max(0, percentage))).toBe(percentage)
    }),
  )
})

describe('the progress that callers see', () => {
  const names = ['A', 'B', 'C']
  const view: ProgressView = {
    percentage: 40,
    phase: 'B',
    phases: [
      { name: 'A', status: 'COMPLETED', duration: 1 },
      { name: 'B', status: 'IN_PROGRESS', percentage: 20, duration: 2 },
      { name: 'C', status: 'PENDING' },
    ],
  }
  const statesIn = (status: (typeof statuses)[number], progress: ProgressView | null) =>
    progressIn(status, progress, { names }).phases?.map((phase) => phase.status)

  it.each([
    ['PENDING', ['COMPLETED', 'PENDING', 'PENDING']],
    ['RUNNING', ['COMPLETED', 'IN_PROGRESS', 'PENDING']],
    ['CANCELLING', ['COMPLETED', 'IN_PROGRESS', 'PENDING']],
    ['FAILED', ['COMPLETED', 'FAILED', 'SKIPPED']],
    ['CANCELLED', ['COMPLETED', 'FAILED', 'SKIPPED']],
  ] as const)('of an operation that is %s shows work in progress only while it runs', (status, states) => {
    expect(statesIn(status, view)).toEqual(states)
    expect(progressIn(status, view, { names }).percentage).toBe(40)
  })

  it.each(['FAILED', 'CANCELLED'] as const)('of an operation that is %s and never ran has all phases', (status) => {
    expect(progressIn(status, null, { names })).toEqual({
      percentage: 0,
      phases: names.map((name) => ({ name, status: 'SKIPPED' })),
    })
  })

  it('of a completed operation is 100 %, also if its worker has written none', () => {
    expect(progressIn('COMPLETED', null, { names })).toMatchObject({ percentage: 100 })
    expect(statesIn('COMPLETED_WITH_ERRORS', null)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED'])
    expect(progressIn('COMPLETED', null)).toEqual({ percentage: 100 })
  })

  it('of an operation that waits before it has run has no phases', () => {
    expect(progressIn('PENDING', null, { names })).toEqual({ percentage: 0 })
  })

  it('has a phase that is to be retried waiting, not failed', () => {
    const track = trackProgress(rules)
    track.update({ phase: 'B', percentage: 50 }, 0)
    const failed = track.failed(0) as ProgressView
    expect(beforeRetry(failed).phases?.map(({ status }) => status)).toEqual(['COMPLETED', 'PENDING', 'PENDING'])
  })

  it('has no phase that is still compensated after the end', () => {
    const track = trackProgress(rules)
    track.complete('A', 0)
    const compensating = track.compensate('A', 'COMPENSATING', 0)
    expect(compensating.message).toBe('Compensating A')
    expect(statesIn('FAILED', compensating)).toEqual(['FAILED', 'SKIPPED', 'SKIPPED'])
    expect(track.compensate('A', 'COMPENSATED', 0).message).toBeUndefined()
  })
})

test('a step that an earlier attempt did shows how long it took then, also if its progress was lost', () => {
  const never = trackProgress(rules).complete('A', 5, 1500)
  expect(never.phases?.[0]).toEqual({ name: 'A', status: 'COMPLETED', duration: 1.5 })
  const begun = trackProgress(rules)
  const started = begun.update({ phase: 'A' }, 0)
  expect(trackProgress(rules, started).complete('A', 7, 2300).phases?.[0]).toMatchObject({ duration: 2.3 })
  const known = trackProgress(rules).complete('A', 0, 900)
  expect(trackProgress(rules, known).complete('A', 7, 400).phases?.[0]).toMatchObject({ duration: 0.9 })
})

describe('a phase that contains a wait', () => {
  const statusesOf = (view?: ProgressView) => view?.phases?.map(({ status }) => status)

  /** The progress of an attempt that was claimed at 1,000,000 and waits in the phase B since 1,002,000. */
  function waiting() {
    const track = trackProgress(rules, undefined, { epochMs: 1_000_000 })
    track.complete('A', 1000)
    track.wait('B', 2000)
    return track.suspended(2500) as ProgressView
  }

  it('is shown in progress while it waits and in the queue, without the time of its start', () => {
    expect(waiting().phases?.[1]).toEqual({
      name: 'B',
      status: 'IN_PROGRESS',
      percentage: 0,
      duration: 0.5,
      since: 1_002_000,
    })
    for (const status of ['WAITING', 'PENDING', 'RUNNING'] as const) {
      const shown = progressIn(status, waiting())
      expect(statusesOf(shown)).toEqual(['COMPLETED', 'IN_PROGRESS', 'PENDING'])
      expect(shown.phases?.[1]).not.toHaveProperty('since')
    }
  })

  it('goes on in the next attempt: nothing has changed, and its duration is from its start', () => {
    const track = trackProgress(rules, waiting(), { epochMs: 1_060_000 })
    expect(phaseChanges(beforeRetry(waiting()).phases, track.view(0)?.phases)).toBeUndefined()
    expect(track.isIn('B', 'IN_PROGRESS')).toBe(true)
    expect(track.finish('B', 10_000, 1).phases?.[1]).toEqual({ name: 'B', status: 'COMPLETED', duration: 68 })
  })

  it('goes on over attempts that do not change it, and over several waits', () => {
    const released = beforeRetry(trackProgress(rules, waiting(), { epochMs: 1_060_000 }).view(5) as ProgressView)
    const again = trackProgress(rules, released, { epochMs: 1_070_000 }).suspended(0) as ProgressView
    expect(again.phases?.[1]).toMatchObject({ duration: 68, since: 1_002_000 })
  })

  it('is as long as the wait if no progress of its start was written', () => {
    expect(trackProgress(rules).finish('B', 5, 7000).phases?.[1]).toMatchObject({ duration: 7 })
  })

  it('keeps the progress that a handler reports again from the top in the phases of that', () => {
    const track = trackProgress(rules, waiting(), { epochMs: 1_060_000 })
    const { percentage, phase, phases } = track.update({ phase: 'A', percentage: 90 }, 0)
    expect({ percentage, phase, of: phases?.[1]?.percentage }).toEqual({ percentage: 20, phase: 'B', of: 0 })
  })

  it('fails with its attempt, and is entered again by the next one', () => {
    const track = trackProgress(rules, waiting(), { epochMs: 1_060_000 })
    const failed = track.failed(1000) as ProgressView
    expect(failed.phases?.[1]).toEqual({ name: 'B', status: 'FAILED', percentage: 0, duration: 59 })
    expect(statusesOf(beforeRetry(failed))).toEqual(['COMPLETED', 'PENDING', 'PENDING'])
  })

  it('lasts until now while it waits', () => {
    expect(progressIn('WAITING', waiting(), { at: new Date(1_012_000) }).phases?.[1]).toMatchObject({ duration: 10 })
  })

  it('lasts until the end of an operation that is cancelled while it waits', () => {
    const shown = progressIn('CANCELLED', waiting(), { at: new Date(1_102_000) })
    expect(shown.phases).toEqual([
      { name: 'A', status: 'COMPLETED', duration: 0 },
      { name: 'B', status: 'FAILED', percentage: 0, duration: 100 },
      { name: 'C', status: 'SKIPPED' },
    ])
  })

  it('may be compensated', () => {
    const track = trackProgress(rules, waiting(), { isCompensation: true, epochMs: 1_060_000 })
    track.compensate('B', 'COMPENSATING', 1000)
    expect(track.compensate('B', 'COMPENSATED', 2000).phases?.[1]).toEqual({
      name: 'B',
      status: 'COMPENSATED',
      duration: 60,
    })
  })
})
