import { setTimeout as sleep } from 'node:timers/promises'
import { countDistinct, eq } from 'drizzle-orm'
import type { OperationType } from '../../generated/operations.ts'
import { events } from '../../server/database/schema/operations.ts'
import { type Context, defineOperation, defineStep, RetryableError } from '../../server/handlers/define.ts'

/**
 * The input of a test operation: one act per attempt; the last act is repeated. Every attempt first logs `ran` with the pid of its executor.
 */
export type Script = {
  script: Act[]
  /** For `deliverOrder`: whether it starts with a step, and whether the undo of that step kills the executor. */
  step?: boolean
  undoKills?: boolean
}

export type Act =
  | { act: 'complete' }
  /** Fails and is retried after ten minutes. */
  | { act: 'later' }
  /** Runs until it is interrupted. */
  | { act: 'linger' }
  /** Ends the executor as soon as `ran` operations have logged `ran`. */
  | { act: 'exit' | 'kill'; ran: number }
  /** Blocks the event loop for `ms` as soon as `ran` operations have logged `ran`. */
  | { act: 'block'; ran: number; ms: number }
  /** Never returns and ignores its signal. */
  | { act: 'ignore' }
  /** The same, and kills the executor `ms` after its signal. */
  | { act: 'ignoreThenKill'; ms: number }
  | { act: 'hoard' }

const stock = defineStep('deliverOrder', {
  phase: 'STOCK_RESERVATION',
  run: async () => ({ reserved: true }),
  async undo(ctx, input) {
    if ((input as unknown as Script).undoKills) {
      // Other operations of the same claim have started by then.
      await sleep(300)
      process.kill(process.pid, 'SIGKILL')
    }
    ctx.log('undone')
  },
})

export const handlers = {
  importOrders: defineOperation('importOrders', {
    async run(ctx, input) {
      await perform(ctx, input as unknown as Script)
      return { rowsRead: process.pid, rowsLoaded: 0, rowsUnchanged: 0, rowsRejected: 0 }
    },
  }),
  deliverOrder: defineOperation('deliverOrder', {
    steps: { stock },
    async run(ctx, input) {
      const script = input as unknown as Script
      if (script.step) await ctx.step('stock')
      await perform(ctx, script)
      return { orderId: 'order', trackingNumber: String(process.pid) }
    },
  }),
}

async function perform(ctx: Context<OperationType>, { script }: Script): Promise<void> {
  const act = script[ctx.attempt - 1] ?? script.at(-1) ?? { act: 'complete' }
  ctx.log('ran', { pid: process.pid })
  switch (act.act) {
    case 'complete':
      return
    case 'linger':
      return interrupted(ctx.signal)
    case 'later':
      throw new RetryableError('later', { retryAfter: 600 })
    case 'exit':
      await untilRan(ctx, act.ran)
      return process.exit(1)
    case 'kill':
      await untilRan(ctx, act.ran)
      process.kill(process.pid, 'SIGKILL')
      return interrupted(ctx.signal)
    case 'block': {
      await untilRan(ctx, act.ran)
      const until = performance.now() + act.ms
      while (performance.now() < until);
      return
    }
    case 'ignore':
      return new Promise(() => {})
    case 'ignoreThenKill':
      await interrupted(ctx.signal).catch(() => sleep(act.ms))
      process.kill(process.pid, 'SIGKILL')
      return new Promise(() => {})
    case 'hoard': {
      const hoard: Buffer[] = []
      for (;;) {
        hoard.push(Buffer.alloc(16 * 2 ** 20, 1))
        await sleep(5)
      }
    }
  }
}

/** Waits until `wanted` operations of the test have started. */
async function untilRan({ db }: Context<OperationType>, wanted: number) {
  for (;;) {
    const [row] = await db
      .select({ ran: countDistinct(events.operationId) })
      .from(events)
      .where(eq(events.event, 'log'))
    if ((row?.ran ?? 0) >= wanted) return
    await sleep(20)
  }
}

function interrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
