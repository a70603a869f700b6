import type { OperationRow } from '../../server/database/operations/read.ts'
import {
  type Context,
  defineOperation,
  defineStep,
  OperationError,
  RetryableError,
  type StepContext,
} from '../../server/handlers/define.ts'

export const names = ['stock', 'pay', 'book', 'confirm'] as const
export type Name = (typeof names)[number]
export const phases = {
  stock: 'STOCK_RESERVATION',
  pay: 'PAYMENT',
  book: 'CARRIER_BOOKING',
  confirm: 'CONFIRMATION',
} as const

type Screening = Context<'deliverOrder', Record<Name, { did: string }>>
type Script = {
  run(ctx: Screening): Promise<unknown>
  /** What a step does besides being recorded; throws if it is to fail. */
  doing?(name: Name, ctx: StepContext): Promise<unknown> | undefined
  undoing?(name: Name, ctx: StepContext): Promise<void> | void
  /** Steps without an undo. */
  final?: Name[]
  /** All steps have this phase. */
  phase?: (typeof phases)[Name]
  completesPhase?(result: { did: string }): boolean
}

/** A handler of `deliverOrder` with four steps, which records when they start, end and are undone. */
export function handling({ run, doing, undoing, final = [], phase, completesPhase }: Script) {
  const record: string[] = []
  const keys: string[] = []
  const step = (name: Name) =>
    defineStep('deliverOrder', {
      phase: phase ?? phases[name],
      ...(completesPhase ? { completesPhase } : {}),
      async run(ctx) {
        record.push(name)
        keys.push(ctx.key)
        await doing?.(name, ctx)
        record.push(`${name} ended`)
        return { did: `${name} ${ctx.attempt}` }
      },
      ...(final.includes(name)
        ? {}
        : {
            async undo(ctx: StepContext, _input: unknown, result: { did: string } | undefined) {
              record.push(`undo ${name}: ${result?.did}`)
              await undoing?.(name, ctx)
            },
          }),
    })
  const deliverOrder = defineOperation('deliverOrder', {
    steps: { stock: step('stock'), pay: step('pay'), book: step('book'), confirm: step('confirm') },
    async run(ctx) {
      await run(ctx)
      return { orderId: 'order', trackingNumber: 'T1' }
    },
  })
  return { handlers: { deliverOrder }, record, keys }
}

export const refused = new OperationError('OUT_OF_STOCK', 'none is left')
export const again = () => new RetryableError('again', { retryAfter: 0.01 })

/** Opens for everyone once `all` have arrived. */
export function meeting(all: number) {
  const { promise, resolve } = Promise.withResolvers<void>()
  let arrived = 0
  return () => {
    arrived += 1
    if (arrived === all) resolve()
    return promise
  }
}

export const statusesOf = ({ progress }: Pick<OperationRow, 'progress'>) =>
  progress?.phases?.map(({ status }) => status)
