import { setTimeout as delay } from 'node:timers/promises'
import type { Handlers } from '../../../server/engine/rules.ts'
import type { Context } from '../../../server/handlers/define.ts'

type TestContext = Pick<Context<never>, 'attempt' | 'signal'> & {
  progress(update: { phase: string; current: number; total: number }): void
}

async function noop() {
  return {}
}

async function hold({ attempt, signal }: TestContext) {
  if (attempt > 1) return {}
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  return promise
}

/** Keeps a processor busy. */
async function compute(_: TestContext, { ms }: { ms: number }) {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs; );
  return {}
}

/** Reports progress every 20 ms by the clock, so that late timers do not extend the duration. */
async function walk({ progress, signal }: TestContext, { seconds }: { seconds: number }) {
  const began = performance.now()
  for (;;) {
    const current = Math.min(performance.now() - began, seconds * 1000)
    progress({ phase: 'WORK', current, total: seconds * 1000 })
    if (current === seconds * 1000) return {}
    await delay(20, undefined, { signal })
  }
}

/** The handlers of the operation types in `openapi.json` of this folder. */
export const handlers = {
  noop: { run: noop },
  hold: { run: hold },
  walk: { run: walk },
  compute: { run: compute },
} as unknown as Handlers
