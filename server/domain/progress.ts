import { isTerminal, type Status } from './state-machine.ts'

/** A phase of an operation type, as the spec declares it. */
export type PhaseRule = { readonly name: string; readonly weight: number }

/** A handler's progress; see `ProgressUpdate` in `server/handlers/define.ts`. */
export type Update = { phase?: string; current?: number; total?: number; percentage?: number; message?: string }

export type PhaseView = {
  name: string
  status: 'PENDING' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'SKIPPED' | 'COMPENSATING' | 'COMPENSATED'
  /** 0–100, of the phase. */
  percentage?: number
  /** Seconds. */
  duration?: number
  /**
   * Stored only, while the phase contains a wait that goes on: its start in milliseconds since 1970, by the database's clock. The next attempt
   * continues the phase instead of starting it again.
   */
  since?: number
}

export type ProgressView = {
  /** 0–100, over all phases. Never decreases, over all attempts; 100 only when completed. */
  percentage: number
  current?: number
  total?: number
  phase?: string
  message?: string
  phases?: PhaseView[]
}

const messageLength = 200

/** The progress of one attempt. All calls must take `nowMs` from the same clock. */
export type ProgressTrack = {
  /** Enters `phase`, if there is one, which completes those before it. */
  update(update: Update, nowMs: number): ProgressView
  /** Completes a phase before the next one is entered. `tookMs`: how long its work took if an earlier attempt did it. */
  complete(phase: string, nowMs: number, tookMs?: number): ProgressView
  /** Enters a phase beside others. Those before it stay as they are. */
  start(phase: string, nowMs: number, message?: string): ProgressView
  /** Enters the phase of a wait beside others. It goes on in the next attempt. */
  wait(phase: string, nowMs: number): ProgressView
  /** Completes a phase beside others; `tookMs` as for `complete`. A failed phase stays FAILED unless it is started again. */
  finish(phase: string, nowMs: number, tookMs?: number): ProgressView
  /** Marks a phase as failed. The others stay as they are. */
  fail(phase: string, nowMs: number): ProgressView
  isIn(phase: string, status: PhaseView['status']): boolean
  /** The current progress; undefined before the first update. */
  view(nowMs: number): ProgressView | undefined
  /** The same when the operation begins to wait: the phases in progress go on in the next attempt. */
  suspended(nowMs: number): ProgressView | undefined
  /** 100 %, and every phase completed, except those that have failed. Beside others, a phase that was never entered is SKIPPED. */
  completed(nowMs: number): ProgressView
  /** Marks the phases in progress as failed. Undefined before the first update. */
  failed(nowMs: number): ProgressView | undefined
  /** Shows the compensation of a phase. Phases that were never entered become SKIPPED. */
  compensate(phase: string, status: 'COMPENSATING' | 'COMPENSATED' | 'FAILED', nowMs: number): ProgressView
}

type Phase = {
  name: string
  weight: number
  state: PhaseView['status']
  share: number
  /** Duration in earlier attempts. */
  earlierMs: number
  startMs?: number
  endMs?: number
  /** Whether it goes on in the next attempt. */
  goesOn?: boolean
}

/**
 * Tracks an attempt through the phases of its type. The weights of the phases determine the percentage. Entering a phase completes those
 * before it; `start` enters one beside others, so that several are in progress. `from`: the progress of an earlier attempt to continue from.
 * Its completed phases stay so, those with a wait go on, and the others are entered again, unless only a compensation follows
 * (`isCompensation`). `epochMs`: 0 of `nowMs`, in milliseconds since 1970 by the database's clock.
 */
export function trackProgress(
  rules: readonly PhaseRule[],
  from?: ProgressView,
  { isCompensation = false, epochMs = 0 }: { isCompensation?: boolean; epochMs?: number } = {},
): ProgressTrack {
  const phases: Phase[] = rules.map(({ name, weight }) => ({ name, weight, state: 'PENDING', share: 0, earlierMs: 0 }))
  const weights = phases.reduce((sum, phase) => sum + phase.weight, 0)
  /** The last phase that was entered, in the order of the type. */
  let current = -1
  let highest = 0
  let whole = 0
  let last: Update | undefined
  /** Whether phases were entered beside others: then the order of the type does not tell which were passed. */
  let isBeside = false
  if (from) restore(from)

  function restore({ percentage, phases: known = [], ...said }: ProgressView) {
    highest = percentage
    for (const { name, status, percentage: part, duration, since } of known) {
      const phase = phases.find((phase) => phase.name === name)
      if (!phase) continue
      if (status === 'IN_PROGRESS' && since !== undefined) {
        const share = (part ?? 0) / 100
        Object.assign(phase, { state: status, share, startMs: since - epochMs, goesOn: true })
        continue
      }
      const isKept = isCompensation || status === 'COMPLETED'
      const share = status === 'COMPLETED' ? 1 : (part ?? 0) / 100
      Object.assign(phase, { state: isKept ? status : 'PENDING', share, earlierMs: (duration ?? 0) * 1000 })
      // Not running on this process's clock.
      if (isKept && duration !== undefined) Object.assign(phase, { startMs: 0, endMs: 0 })
    }
    if (isCompensation || phases.some(({ goesOn }) => goesOn)) last = said
    current = isCompensation
      ? phases.findIndex(({ name }) => name === said.phase)
      : phases.findLastIndex(({ state }) => state !== 'PENDING')
  }

  const find = (name: string | undefined) => phases.find((phase) => phase.name === name)

  function enter(name: string, nowMs: number) {
    const index = phases.findIndex((phase) => phase.name === name)
    const phase = phases[index]
    if (phase?.state === 'FAILED') begin(phase, nowMs)
    if (index <= current) return
    for (const before of phases.slice(0, index)) if (before.state !== 'FAILED') complete(before, nowMs)
    current = index
    if (phase) begin(phase, nowMs)
  }

  /** The phase in progress that was started last; without one, the last that was entered. */
  function shown(): Phase | undefined {
    const running = phases.filter(({ state }) => state === 'IN_PROGRESS')
    const latest = Math.max(...running.map(({ startMs = 0 }) => startMs))
    return running.findLast(({ startMs = 0 }) => startMs === latest) ?? phases[current]
  }

  function render(nowMs: number): ProgressView {
    const done = weights > 0 ? phases.reduce((sum, phase) => sum + (phase.weight * phase.share) / weights, 0) : whole
    highest = Math.max(highest, Math.min(99, Math.floor(done * 100)))
    return {
      percentage: highest,
      ...(last?.current === undefined ? {} : { current: last.current }),
      ...(last?.total === undefined ? {} : { total: last.total }),
      ...(current < 0 ? {} : { phase: shown()?.name }),
      ...(last?.message === undefined ? {} : { message: storable(last.message.slice(0, messageLength)) }),
      ...(phases.length === 0 ? {} : { phases: phases.map((phase) => viewOf(phase, nowMs, epochMs)) }),
    }
  }

  function start(name: string, nowMs: number, message?: string): Phase | undefined {
    isBeside = true
    const phase = find(name)
    if (phase && phase.state !== 'COMPLETED' && phase.state !== 'IN_PROGRESS') begin(phase, nowMs)
    if (phase) current = Math.max(current, phases.indexOf(phase))
    last = message === undefined ? {} : { message }
    return phase
  }

  return {
    update(update, nowMs) {
      if (update.phase !== undefined) enter(update.phase, nowMs)
      else if (current < 0 && phases[0]) enter(phases[0].name, nowMs)
      const share = shareOf(update)
      const named = find(update.phase)
      // The handler runs again from the top after a wait, and reports phases that are completed.
      const isOwn = named?.state === 'IN_PROGRESS' || named?.state === 'COMPLETED'
      const phase = isOwn ? named : shown()
      if (phase) phase.share = Math.max(phase.share, share)
      else whole = Math.max(whole, share)
      last = update
      return render(nowMs)
    },
    complete(name, nowMs, tookMs) {
      enter(name, nowMs)
      const phase = find(name)
      if (phase) completeAfter(phase, nowMs, tookMs)
      last ??= {}
      return render(nowMs)
    },
    start(name, nowMs, message) {
      start(name, nowMs, message)
      return render(nowMs)
    },
    wait(name, nowMs) {
      const phase = start(name, nowMs)
      if (phase) phase.goesOn = true
      return render(nowMs)
    },
    finish(name, nowMs, tookMs) {
      isBeside = true
      const phase = find(name)
      if (phase && phase.state !== 'FAILED') completeAfter(phase, nowMs, tookMs)
      if (phase) current = Math.max(current, phases.indexOf(phase))
      last ??= {}
      return render(nowMs)
    },
    fail(name, nowMs) {
      const phase = find(name)
      if (phase && phase.state !== 'FAILED') Object.assign(phase, { state: 'FAILED', endMs: nowMs })
      last ??= {}
      return render(nowMs)
    },
    isIn: (name, status) => find(name)?.state === status,
    view: (nowMs) => (last ? render(nowMs) : undefined),
    suspended(nowMs) {
      for (const phase of phases) phase.goesOn = phase.state === 'IN_PROGRESS'
      return last ? render(nowMs) : undefined
    },
    completed(nowMs) {
      const done = phases.map((phase) => {
        if (phase.state === 'FAILED') return viewOf(phase, nowMs, epochMs)
        const state = isBeside && phase.state === 'PENDING' ? 'SKIPPED' : 'COMPLETED'
        return viewOf({ ...phase, state, endMs: phase.endMs ?? nowMs }, nowMs, epochMs)
      })
      return {
        percentage: 100,
        ...(last?.total === undefined ? {} : { current: last.total, total: last.total }),
        ...(done.length === 0 ? {} : { phases: done }),
      }
    },
    failed(nowMs) {
      for (const phase of phases)
        if (phase.state === 'IN_PROGRESS') Object.assign(phase, { state: 'FAILED', endMs: nowMs })
      return last ? render(nowMs) : undefined
    },
    compensate(name, status, nowMs) {
      const phase = find(name)
      // The phase that failed keeps FAILED, whether its step is undone or not.
      if (phase && phase.state !== 'FAILED')
        Object.assign(phase, { state: status, ...(status === 'COMPENSATING' ? {} : { endMs: nowMs }) })
      for (const other of phases) if (other.state === 'PENDING') other.state = 'SKIPPED'
      const { message: _, ...counts } = last ?? {}
      last = status === 'COMPENSATING' ? { ...counts, message: `Compensating ${name}` } : counts
      return render(nowMs)
    },
  }
}

/** Starts the phase, or continues it after a failure of the same attempt. */
function begin(phase: Phase, nowMs: number) {
  const earlierMs = phase.endMs === undefined ? phase.earlierMs : spent(phase, nowMs)
  Object.assign(phase, { state: 'IN_PROGRESS', earlierMs, startMs: nowMs, endMs: undefined, goesOn: false })
}

function complete(phase: Phase, nowMs: number) {
  if (phase.state === 'COMPLETED') return
  Object.assign(phase, { state: 'COMPLETED', share: 1, endMs: nowMs })
}

/** `tookMs`: how long the work took if an earlier attempt did it, which may have died before its progress was written. */
function completeAfter(phase: Phase, nowMs: number, tookMs: number | undefined) {
  if (tookMs !== undefined && phase.state !== 'COMPLETED') {
    // A phase in progress was started before, by this attempt or by one that waited in it.
    const spentMs = phase.state === 'IN_PROGRESS' ? spent(phase, nowMs) : phase.earlierMs
    Object.assign(phase, { earlierMs: Math.max(spentMs, tookMs), startMs: nowMs })
  }
  complete(phase, nowMs)
}

/** The completed part of the phase, 0–1. NaN counts as 0. */
function shareOf({ current, total, percentage }: Update): number {
  const share = percentage !== undefined ? percentage / 100 : total ? (current ?? 0) / total : 0
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0
}

function spent({ earlierMs, startMs, endMs }: Phase, nowMs: number): number {
  return earlierMs + (startMs === undefined ? 0 : (endMs ?? nowMs) - startMs)
}

function viewOf(phase: Phase, nowMs: number, epochMs: number): PhaseView {
  const { name, state, share, startMs, goesOn } = phase
  const durationMs = spent(phase, nowMs)
  return {
    name,
    status: state,
    ...(state === 'IN_PROGRESS' || state === 'FAILED' ? { percentage: Math.floor(share * 100) } : {}),
    ...(startMs === undefined ? {} : { duration: roundSeconds(durationMs) }),
    ...(state === 'IN_PROGRESS' && goesOn ? { since: Math.round(epochMs + nowMs - durationMs) } : {}),
  }
}

function roundSeconds(milliseconds: number): number {
  return Math.max(0, Math.round(milliseconds / 100) / 10)
}

/**
 * The progress of an operation with this status, as callers see it. The last attempt may have been ended from outside while it worked, so
 * nothing but waits is shown as in progress once the operation is in the queue, and nothing when it has ended. `names`: the phases of its
 * type. `at`: when it ended, or now: until then lasts a phase that contains a wait.
 */
export function progressIn(
  status: Status,
  progress: ProgressView | null,
  { names = [], at }: { names?: readonly string[]; at?: Date } = {},
): ProgressView {
  if (status === 'PENDING') return withoutSince(mapPhases(progress ?? { percentage: 0 }, waiting), at)
  if (!isTerminal(status)) return withoutSince(progress ?? { percentage: 0 }, at)
  const isCompleted = status === 'COMPLETED' || status === 'COMPLETED_WITH_ERRORS'
  if (progress?.phases) return isCompleted ? progress : mapPhases(withoutSince(progress, at), ended)
  const phases = names.map((name) => ({ name, status: isCompleted ? ('COMPLETED' as const) : ('SKIPPED' as const) }))
  const percentage = isCompleted ? 100 : 0
  return { percentage, ...progress, ...(phases.length > 0 ? { phases } : {}) }
}

function withoutSince(progress: ProgressView, at?: Date): ProgressView {
  if (!progress.phases?.some(({ since }) => since !== undefined)) return progress
  const phases = progress.phases.map(({ since, ...phase }) => {
    return since === undefined || !at ? phase : { ...phase, duration: roundSeconds(at.getTime() - since) }
  })
  return { ...progress, phases }
}

/** The progress between two attempts: the phase that failed is entered again, and one that contains a wait goes on. */
export function beforeRetry(progress: ProgressView): ProgressView {
  return mapPhases(progress, { ...waiting, FAILED: 'PENDING' })
}

/** The phases whose status differs from before, as text: "PAYMENT is COMPLETED". Undefined: none. Phases that are unknown were PENDING. */
export function phaseChanges(before: readonly PhaseView[] = [], after: readonly PhaseView[] = []): string | undefined {
  const known = new Map(before.map(({ name, status }) => [name, status]))
  const changed = after.filter(({ name, status }) => status !== (known.get(name) ?? 'PENDING'))
  return changed.length > 0 ? changed.map(({ name, status }) => `${name} is ${status}`).join(', ') : undefined
}

type PhaseStatus = PhaseView['status']

const waiting: Partial<Record<PhaseStatus, PhaseStatus>> = { IN_PROGRESS: 'PENDING' }
const ended: Partial<Record<PhaseStatus, PhaseStatus>> = {
  PENDING: 'SKIPPED',
  IN_PROGRESS: 'FAILED',
  COMPENSATING: 'FAILED',
}

function mapPhases(progress: ProgressView, changes: Partial<Record<PhaseStatus, PhaseStatus>>): ProgressView {
  const { phases } = progress
  const changed = ({ status, since }: PhaseView) => (since === undefined ? changes[status] : undefined)
  if (!phases?.some(changed)) return progress
  return { ...progress, phases: phases.map((phase) => ({ ...phase, status: changed(phase) ?? phase.status })) }
}

/** A number for a message of the progress. */
export function grouped(figure: number): string {
  return figure.toLocaleString('en-US')
}

/** Text that Postgres can store: without NUL and lone surrogates. */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed()
}
