import type { OperationType } from '../../../generated/operations.ts'
import { standing } from '../../database/claims.ts'
import { take } from '../../database/transitions.ts'
import { type Context, type Finished, Interruption, OperationError, type StepContext } from '../../handlers/define.ts'
import { storable } from '../../lifecycle/progress.ts'
import { finishing } from '../finishing.ts'
import { invalidResult, isUnstorable } from '../refusal.ts'
import type { Attempt } from './attempt.ts'
import { logLine } from './log-line.ts'

/** What `ctx.finish` answers with; the attempt knows it by identity. */
export const finishedProof = {} as Finished

/** What the handler of one attempt holds in its hand. */
export function createContext(attempt: Attempt): Context<OperationType> {
  const { order, track, pulse, signal, warnings, line, resources } = attempt
  return {
    ...stepContext(attempt, order.operationId, signal),
    progress(update) {
      pulse.offer(track.update(update, attempt.nowMs()))
    },
    step: (name) => attempt.steps.run(name),
    warn(warning) {
      warnings.push({ ...warning, message: storable(warning.message) })
    },
    expiresAt: attempt.expiresAt,
    failedSeconds: (type) => resources.failedSeconds[type] ?? Math.max(...Object.values(resources.failedSeconds)),
    ownerOperations: resources.ownerOperations,
    hint: (kind, operationId) => line.send({ say: 'hint', key: order.key, kind, operationId }),
    files: { create: attempt.files.create, openUpload: attempt.files.openUpload },
    async finish(tx, result) {
      signal.throwIfAborted()
      const { lines } = pulse.stop()
      // The end closes the history: what was said must be in it before.
      if (lines.length > 0) line.send({ say: 'news', key: order.key, lines })
      await line.ask(order.key, { ask: 'told' })
      line.send({ say: 'finishing', key: order.key })
      const progress = track.completed(attempt.nowMs())
      const { step, values } = finishing({ result, warnings, progress, expiresAt: attempt.expiresAt() })
      try {
        if (await take(tx, step, order, values, { actor: order.actor })) return finishedProof
      } catch (error) {
        const { code, detail } = invalidResult
        throw isUnstorable(error) ? new OperationError(code, detail, { cause: error }) : error
      }
      const now = await standing(resources.db, order.operationId)
      const cancelled = now?.status === 'CANCELLING' && now.attempt === order.attempt
      if (!cancelled) line.send({ say: 'refused', key: order.key, step })
      attempt.interrupt(cancelled ? 'cancel' : 'lease-lost')
      throw signal.reason instanceof Interruption ? signal.reason : new Interruption('lease-lost')
    },
  }
}

/** What a step or an undo holds in its hand. */
export function stepContext(
  { order, pulse, resources }: Pick<Attempt, 'order' | 'pulse' | 'resources'>,
  key: string,
  signal: AbortSignal,
): StepContext {
  const { operationId, ownerId, attempt } = order
  const { db, copyPool, vendors } = resources
  return {
    operationId,
    ownerId,
    attempt,
    fence: attempt,
    key,
    signal,
    log: (message, data) => pulse.log(logLine(message, data)),
    db,
    copyPool,
    vendors,
  }
}
