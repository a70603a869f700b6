import type { OperationType } from '../../generated/operations.ts'
import { standing } from '../database/claims.ts'
import { take } from '../database/transitions.ts'
import { type Context, type Finished, Interruption, OperationError } from '../handlers/define.ts'
import { finishing } from './conclusion.ts'
import type { AttemptState, Engine } from './state.ts'
import { refusedResult } from './verdict.ts'

/** What `ctx.finish` answers with; the attempt knows it by identity. */
export const finishedProof = {} as Finished

/** What the handler of one attempt holds in its hand. */
export function createContext<T extends OperationType>(engine: Engine, state: AttemptState): Context<T> {
  const { row, track, pulse, signal } = state
  return {
    operationId: row.operationId,
    ownerId: row.ownerId,
    attempt: row.attempt,
    signal,
    progress(update) {
      pulse.offer(track.update(update, state.nowMs()))
    },
    warn(warning) {
      state.warnings.push(warning)
    },
    expiresAt: state.expiresAt,
    files: { create: state.files.create, openUpload: state.files.openUpload },
    db: engine.db,
    copyPool: engine.copyPool,
    async finish(tx, result) {
      signal.throwIfAborted()
      // No progress may wait for the row that this transaction is about to lock.
      await pulse.stop()
      state.finishing = true
      const { step, values } = finishing(state, result)
      try {
        if (await take(tx, step, row, values, { actor: state.actor })) return finishedProof
      } catch (error) {
        const failure = refusedResult(error)
        throw failure ? new OperationError(failure.code, failure.detail, { cause: error }) : error
      }
      const now = await standing(engine.db, row.operationId)
      state.interrupt(now?.status === 'CANCELLING' && now.attempt === row.attempt ? 'cancel' : 'lease-lost')
      throw signal.reason instanceof Interruption ? signal.reason : new Interruption('lease-lost')
    },
  }
}
