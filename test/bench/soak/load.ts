import { setTimeout as delay } from 'node:timers/promises'
import type { Callers } from './callers.ts'

/** One operation that was accepted, and its owner. */
export type Accepted = { owner: number; id: string; atMs: number }

const dateRange = { fromDate: '2017-01-01', toDate: '2017-01-31' }
const report = { reportType: 'SALES_BY_COUNTRY', dateRange, format: 'JSON' }
const screening = {
  candidate: { name: 'Claire Gute', birthDate: '1990-05-17' },
  checks: ['CRIMINAL_RECORDS'],
  criminalRecordsPackage: 'test_review',
}

/** Operations that polls and streams look at: recent ones, which retention has not deleted. */
const mostRecent = 200

/**
 * A mixed load at a steady rate, which does not wait for responses: reports, some with a webhook, exports, screenings that a person decides,
 * batches, schedules each second, cancels, retries, polls and lists. `stop` ends it and decides what still waits.
 */
export function startLoad(callers: Callers, { webhook, scale }: { webhook: string; scale: number }) {
  const recent: Accepted[] = []
  const toDecide: Accepted[] = []
  const withWebhook = new Set<string>()
  const pending = new Set<Promise<unknown>>()
  const errors: string[] = []
  const stopping = new AbortController()
  let count = 0

  const run = (work: () => Promise<unknown>) => {
    const running: Promise<unknown> = work()
      .catch((error: unknown) => errors.push(String(error)))
      .finally(() => pending.delete(running))
    pending.add(running)
  }
  const loops: Promise<void>[] = []
  /** Starts `work` so many times a second. A late turn is skipped, so that a pause of the machine causes no burst. */
  const each = (perSecond: number, work: () => Promise<unknown>) => {
    const everyMs = 1000 / (perSecond * scale)
    const loop = async () => {
      for (
        let nextMs = performance.now();
        !stopping.signal.aborted;
        nextMs = Math.max(nextMs + everyMs, performance.now())
      ) {
        await delay(Math.max(0, nextMs - performance.now()), undefined, { signal: stopping.signal }).catch(() => {})
        if (!stopping.signal.aborted) run(work)
      }
    }
    loops.push(loop())
  }
  const owner = () => count++ % callers.owners
  const any = () => recent[Math.floor(Math.random() * recent.length)]

  async function submit(path: string, body: object) {
    const at = owner()
    const answer = await callers.submit(at, path, body)
    if (!answer) return undefined
    const accepted = { owner: at, id: answer.operationId as string, atMs: performance.now() }
    recent.push(accepted)
    if (recent.length > mostRecent) recent.shift()
    return accepted
  }
  /** Repeats the cancel until an API responds: of one that is cancelled already it is a 200, of one that has ended a 409. */
  async function cancel({ owner, id }: Accepted) {
    for (;;) {
      const answer = await callers.call(owner, `/operations/${id}:cancel`, {})
      if (answer && answer.status < 500) return
      await delay(100)
    }
  }
  async function cancelAndRetry() {
    const accepted = await submit('/reports:generate', {
      ...report,
      startAfter: new Date(Date.now() + 3_600_000).toISOString(),
    })
    if (!accepted) return
    const path = `/operations/${accepted.id}`
    await cancel(accepted)
    // A repetition after a lost response of a retry whose key has been recorded has the same id; any other retry is refused.
    await callers.submit(accepted.owner, `${path}:retry`, {}, { mayRefuse: true })
  }
  async function decideOne() {
    const next = toDecide.shift()
    if (!next) return
    const { owner, id } = next
    const read = await callers.call(owner, `/operations/${id}`)
    if (read?.body.done === true) return
    if (read?.body.status === 'WAITING' && hasDecision(read.body)) {
      const answer = await callers.call(owner, `/operations/${id}/waits/decision:complete`, { decision: 'CLEAR' })
      if (answer?.status === 200) return
    }
    toDecide.push(next)
  }

  each(5, () => submit('/reports:generate', report))
  each(2, async () => {
    const accepted = await submit('/reports:generate', { ...report, webhook: { url: webhook } })
    if (accepted) withWebhook.add(accepted.id)
  })
  each(1, () => submit('/customers:export', { format: 'CSV', filters: { source: 'IMPORTED' } }))
  each(0.5, async () => {
    const accepted = await submit('/candidates:screen', screening)
    if (accepted) toDecide.push(accepted)
  })
  each(0.2, () => {
    const operations = Array.from({ length: 10 }, () => ({ type: 'generateReport', body: report }))
    return callers.submit(owner(), '/operations:batchCreate', { operations })
  })
  each(0.5, cancelAndRetry)
  // A cancel that may come before, during or after the run.
  each(0.5, async () => {
    const accepted = await submit('/reports:generate', report)
    if (accepted) await cancel(accepted)
  })
  each(2, decideOne)
  each(10, async () => {
    const at = any()
    if (at) await callers.call(at.owner, `/operations/${at.id}`)
  })
  each(1, () => callers.call(owner(), '/operations?pageSize=50'))
  each(0.2, () => callers.call(owner(), '/statistics'))

  return {
    any,
    withWebhook,
    errors,
    /** Ends the load; resolves when every response has come and every screening is decided. */
    async stop() {
      stopping.abort()
      await Promise.all(loops)
      await Promise.all(pending)
      for (const untilMs = performance.now() + 120_000; toDecide.length > 0 && performance.now() < untilMs; ) {
        await decideOne()
        await delay(50)
      }
    },
  }
}

function hasDecision({ waits }: Record<string, unknown>): boolean {
  return ((waits ?? []) as { name: string }[]).some(({ name }) => name === 'decision')
}

/** Schedules that are due each second. Returns the function that deletes them. */
export async function startSchedules(callers: Callers, count: number): Promise<() => Promise<void>> {
  const schedules: { owner: number; id: string }[] = []
  for (let n = 0; n < count; n++) {
    const owner = n % callers.owners
    const operation = { type: 'generateReport', body: report }
    const answer = await callers.call(owner, '/schedules', { intervalSeconds: 1, operation })
    if (answer?.status !== 201) throw new Error(`a schedule was refused: ${JSON.stringify(answer)}`)
    schedules.push({ owner, id: answer.body.scheduleId as string })
  }
  return async () => {
    for (const { owner, id } of schedules) {
      for (let status = 0; status !== 204 && status !== 404; ) {
        const headers = { authorization: `Bearer ${callers.keyOf(owner)}` }
        const url = `${callers.base()}/api/v1/schedules/${id}`
        status = await fetch(url, { method: 'DELETE', headers }).then(
          (response) => response.status,
          () => delay(100, 0),
        )
      }
    }
  }
}
