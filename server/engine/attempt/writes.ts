import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../../database/db.ts'
import { isTransient } from '../../database/errors.ts'
import { type ProgressUpdate, writeProgress } from '../../database/operations/progress.ts'
import { finishStep, recordCompensation, startStep } from '../../database/operations/steps.ts'
import {
  type Attempt,
  affectsKey,
  type Cause,
  type TransitionedRow,
  type TransitionItem,
  transitionMany,
} from '../../database/operations/transition.ts'
import type { AttemptTransition, TransitionValues } from '../../database/operations/transition-values.ts'
import { createBatcher } from '../../lib/batcher.ts'
import type { Notifier } from '../../notifications/notifier.ts'
import type { StepWrite } from '../executor/protocol.ts'

/** What a worker writes about its attempts. Writes are batched, and subscribers are notified of each change. */
export type Writes = {
  /** Applies a transition. Undefined when it was refused. Retries transient errors; throws when a value cannot be stored. */
  transition<T extends AttemptTransition>(
    name: T,
    attempt: Attempt & Cause,
    values: TransitionValues[T],
  ): Promise<TransitionedRow | undefined>
  /**
   * Writes progress and log lines. `refused`: the attempt no longer runs the operation. Only changes of phases are retried after transient
   * errors, because the next progress replaces any other one. Never throws.
   */
  progress(update: ProgressUpdate): Promise<'written' | 'refused' | 'failed'>
  /** Records a step of a handler. `refused`: the attempt no longer runs the operation. Retries transient errors. */
  step(attempt: Attempt, step: StepWrite): Promise<'written' | 'refused'>
}

type Item = TransitionItem<AttemptTransition>

const batchSize = 500
/** A statement costs as much as 50 of its rows, and a claim of 100 operations would be ended in two statements. */
const pause = { after: 20, ms: 4 }

/** `onDelayed`: called with the time until an operation is due that now waits or is delayed. */
export function createWrites(
  { db, notifications }: { db: Db; notifications: Pick<Notifier, 'notify' | 'publish' | 'carriesEvents'> },
  stopped: AbortSignal,
  onError: (doing: string, cause: unknown) => void,
  onDelayed: (ms: number) => void = () => {},
): Writes {
  const batchers = new Map<AttemptTransition, (item: Item) => Promise<TransitionedRow | undefined>>()

  async function writeAll(name: AttemptTransition, items: readonly Item[]) {
    const rows = await persist(() => transitionMany(db, name, items, notifications.carriesEvents()), stopped)
    notifications.publish(rows)
    // By the database's clock. `updatedAt` is that of the write.
    for (const { dueAt, updatedAt } of rows) if (dueAt) onDelayed(dueAt.getTime() - updatedAt.getTime())
    // Another worker may have a free slot for an operation that waited for the key, and this one may be draining.
    const keyed = affectsKey(name) ? rows.filter(({ concurrencyKey }) => concurrencyKey !== null) : []
    notifications.notify('submitted', ...keyed.map(({ operationId }) => operationId))
    const byKey = new Map(rows.map((row) => [keyOf(row), row]))
    return items.map((item) => byKey.get(keyOf(item)))
  }

  function batcherOf(name: AttemptTransition) {
    const known = batchers.get(name)
    if (known) return known
    const batcher = createBatcher((items: readonly Item[]) => writeAll(name, items), { size: batchSize, pause })
    batchers.set(name, batcher)
    return batcher
  }

  async function write(name: AttemptTransition, item: Item) {
    try {
      return await batcherOf(name)(item)
    } catch (error) {
      if (stopped.aborted) throw error
      // One row that cannot be stored fails the whole batch, so each row is retried alone.
      const [row] = await writeAll(name, [item])
      return row
    }
  }

  const progress = createBatcher(
    async (updates: readonly ProgressUpdate[]) => {
      const writeAll = () => writeProgress(db, merged(updates), notifications.carriesEvents())
      const isKept = updates.some(({ change }) => change !== undefined)
      const writing = isKept ? persist(writeAll, stopped) : writeAll()
      const rows = await writing.catch((cause: unknown) => onError('write progress', cause))
      notifications.publish(rows ?? [])
      const written = new Set(rows?.map(keyOf))
      return updates.map((update) => (rows ? (written.has(keyOf(update)) ? 'written' : 'refused') : 'failed'))
    },
    { size: batchSize },
  )

  return {
    transition: (name, { operationId, attempt, actor, reason, failure }, values) =>
      write(name, { operationId, attempt, actor, reason, failure, ...values }),
    progress,
    step: async (attempt, step) =>
      (await persist(() => writeStep(db, attempt, step), stopped)) ? 'written' : 'refused',
  }
}

function writeStep(db: Db, attempt: Attempt, step: StepWrite): Promise<boolean> {
  if (step.write === 'startStep') return startStep(db, { ...attempt, ...step })
  if (step.write === 'finishStep') return finishStep(db, { ...attempt, ...step })
  return recordCompensation(db, { ...attempt, ...step })
}

/**
 * Merges successive updates of an attempt: the latest progress and all log lines. A change of a phase stays an update of its own, in its
 * place.
 */
function merged(updates: readonly ProgressUpdate[]): ProgressUpdate[] {
  const all: ProgressUpdate[] = []
  const last = new Map<string, number>()
  for (const update of updates) {
    const key = keyOf(update)
    const at = last.get(key)
    const before = at === undefined ? undefined : all[at]
    if (at !== undefined && before && before.change === undefined && update.change === undefined) {
      const progress = update.progress ?? before.progress
      all[at] = { ...update, progress, lines: [...before.lines, ...update.lines] }
    } else last.set(key, all.push(update) - 1)
  }
  return all
}

function keyOf({ operationId, attempt }: Attempt): string {
  return `${operationId}/${attempt}`
}

/** Long enough for a restart of the database. After it the operation is recovered like one of a lost worker. */
const persistMs = 30_000

/**
 * Retries a write until the database responds. Only for fenced writes: a write whose response was lost is made twice. Throws permanent
 * errors at once, and transient ones after 30 seconds or when `stopped`.
 */
export async function persist<T>(write: () => Promise<T>, stopped: AbortSignal): Promise<T> {
  const untilMs = performance.now() + persistMs
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 2000)) {
    try {
      return await write()
    } catch (error) {
      if (!isTransient(error) || stopped.aborted || performance.now() > untilMs) throw error
    }
    await sleep(waitMs, undefined, { signal: stopped })
  }
}
