import { v7 as uuidv7 } from 'uuid'
import { formatId } from '../contract/ids.ts'
import { retryRule } from '../contract/retry-rule.ts'
import type { OperationRow } from '../database/operations.ts'
import { retry } from '../database/retries.ts'
import { mayBeRetried } from '../lifecycle/retry.ts'
import { applyToMatches, countMatches, type Deed, matching } from './bulk/matches.ts'
import { defineOperation } from './define.ts'

/** Starts the owner's operations that a filter matches anew, each at most once however often this runs. */
export const retryOperations = defineOperation('retryOperations', {
  run(context, input) {
    const { db, ownerId } = context
    const actor = `operation:${formatId('operation', context.operationId)}`
    // Ids sort by creation: a successor that is younger than this operation is of an earlier attempt of it.
    const unable = ({ retriedBy }: OperationRow): Deed =>
      retriedBy !== null && retriedBy > context.operationId ? 'done' : 'skipped'

    async function act(row: OperationRow): Promise<Deed> {
      if (!mayBeRetried(row)) return unable(row)
      const { operationId } = row
      const outcome = await retry(db, { ownerId, operationId, newOperationId: uuidv7(), actor, rule: retryRule })
      if (outcome?.kind === 'created') return 'done'
      return outcome?.kind === 'refused' ? unable(outcome.operation) : 'skipped'
    }

    return applyToMatches(context, matching(ownerId, input), act)
  },

  estimate: countMatches,
})
