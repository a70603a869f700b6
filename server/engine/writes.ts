import type { Db } from '../database/db.ts'
import type { Hints } from '../database/hints.ts'
import { type News, writeNews } from '../database/news.ts'
import {
  type Attempt,
  type Cause,
  type KnownStep,
  type Moved,
  type StepItem,
  type StepValues,
  takeMany,
} from '../database/transitions.ts'
import { batching } from './batching.ts'
import { persist } from './persist.ts'

/** Everything that a worker writes about its attempts, in batches; whoever follows their operations is told. */
export type Writes = {
  /** Takes a step. Undefined: it was refused. Repeats what fails in passing; throws what cannot be stored. */
  take<S extends KnownStep>(step: S, at: Attempt & Cause, values: StepValues[S]): Promise<Moved | undefined>
  /**
   * Writes progress and log lines. `refused`: the attempt does not run the operation any more. A failed write is not repeated: the
   * next progress says more. Never throws.
   */
  tell(news: News): Promise<'written' | 'refused' | 'failed'>
}

const mostItems = 500

export function createWrites(
  { db, hints }: { db: Db; hints: Pick<Hints, 'tell'> },
  stopped: AbortSignal,
  troubled: (doing: string, cause: unknown) => void,
): Writes {
  const takers = new Map<KnownStep, (item: StepItem<KnownStep>) => Promise<Moved | undefined>>()

  async function takeAll(step: KnownStep, items: StepItem<KnownStep>[]) {
    const moved = await persist(() => takeMany(db, step, items), stopped)
    hints.tell('moved', ...moved.map(({ operationId }) => operationId))
    const byKey = new Map(moved.map((row) => [keyOf(row), row]))
    return items.map((item) => byKey.get(keyOf(item)))
  }

  function takerOf(step: KnownStep) {
    const known = takers.get(step)
    if (known) return known
    const together = batching((items: StepItem<KnownStep>[]) => takeAll(step, items), mostItems)
    const taker = async (item: StepItem<KnownStep>) => {
      try {
        return await together(item)
      } catch (error) {
        // One bad row refuses the whole batch: alone, each gets its own answer.
        if (stopped.aborted) throw error
        const [answer] = await takeAll(step, [item])
        return answer
      }
    }
    takers.set(step, taker)
    return taker
  }

  const tellAll = batching(async (news: News[]) => {
    const written = await writeNews(db, merged(news)).catch((cause: unknown) => troubled('news', cause))
    hints.tell('moved', ...(written ?? []).map(({ operationId }) => operationId))
    const keys = new Set(written?.map(keyOf))
    return news.map((said) => (written ? (keys.has(keyOf(said)) ? 'written' : 'refused') : 'failed'))
  }, mostItems)

  return {
    take: (step, { operationId, attempt, actor, reason }, values) =>
      takerOf(step)({ operationId, attempt, actor, reason, ...values }),
    tell: tellAll,
  }
}

/** One entry for each attempt: its latest progress, all of its lines. */
function merged(news: readonly News[]): News[] {
  const byKey = new Map<string, News>()
  for (const said of news) {
    const key = keyOf(said)
    const before = byKey.get(key)
    const progress = said.progress ?? before?.progress
    byKey.set(key, { ...said, progress, lines: [...(before?.lines ?? []), ...said.lines] })
  }
  return [...byKey.values()]
}

function keyOf({ operationId, attempt }: Attempt): string {
  return `${operationId}/${attempt}`
}
