import { v7 as uuidv7 } from 'uuid'
import { formatId } from '../contract/ids.ts'
import { retryRule } from '../contract/retry-rule.ts'
import { watchOperationRoom } from '../database/operation-room.ts'
import type { OperationRow } from '../database/operations.ts'
import { retry } from '../database/retries.ts'
import { mayBeRetried } from '../lifecycle/retry.ts'
import { applyToMatches, countMatches, type Deed, matching } from './bulk/matches.ts'
import { defineOperation } from './define.ts'

const anyNumber = 1_000_000_000

/** Starts the owner's operations that a filter matches anew, each at most once however often this runs. */
export const retryOperations = defineOperation('retryOperations', {
  run(context, input) {
    const { db, ownerId, ownerOperations = anyNumber } = context
    const actor = `operation:${formatId('operation', context.operationId)}`
    const room = watchOperationRoom(db, ownerOperations)
    // Ids sort by creation: a successor that is younger than this operation is of an earlier attempt of it.
    const unable = ({ retriedBy }: OperationRow): Deed =>
      retriedBy !== null && retriedBy > context.operationId ? 'done' : 'skipped'

    async function act(row: OperationRow): Promise<Deed> {
      if (!mayBeRetried(row)) return unable(row)
      const { operationId } = row
      const again = (cap?: number) =>
        retry(db, { ownerId, operationId, newOperationId: uuidv7(), actor, rule: retryRule, cap })
      const outcome = await room.within(ownerId, { free: () => again(), exact: () => again(room.cap) })
      if (outcome?.kind === 'created') {
        context.hint('changed', operationId)
        context.hint('submitted', outcome.operation.operationId)
        return 'done'
      }
      return outcome?.kind === 'refused' ? unable(outcome.operation) : 'skipped'
    }

    return applyToMatches(context, matching(ownerId, input), act)
  },

  estimate: countMatches,
})
