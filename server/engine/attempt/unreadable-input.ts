import type { ClaimedRow } from '../../database/operations/attempt-columns.ts'
import { type OpenedInput, openInput } from '../../database/operations/sealed-input.ts'
import { SealBroken, SealingKeyMissing } from '../../database/sealed.ts'
import type { AttemptContext, Engine } from '../context.ts'
import { abandonCompensation, requeueToCompensate } from './compensate.ts'
import { countReleases, fail, release, type TransitionResult } from './complete.ts'
import { releaseIfCancelled } from './executor-exit.ts'
import { type Failure, outageDelayMs } from './outcome.ts'

/** The input of a claimed operation in clear, or why it cannot be read. */
export function readInput({ sealingKeys }: Engine, row: ClaimedRow): OpenedInput | SealBroken {
  try {
    return openInput(sealingKeys, row)
  } catch (error) {
    if (error instanceof SealBroken) return error
    throw error
  }
}

/** Stored as the reason of a release and counted by this text. */
const reason = 'the service cannot decrypt its input: the key is missing'

/**
 * Ends an attempt whose input cannot be decrypted. Without its key the operation waits, uncharged, because the operator may set the right
 * `SECRETS_KEY` or another worker may have it. An input that was changed is lost.
 */
export async function endUnreadable(context: AttemptContext, cause: SealBroken): Promise<TransitionResult> {
  if (cause instanceof SealingKeyMissing) {
    const delayMs = outageDelayMs(await countReleases(context, reason))
    return releaseIfCancelled(context, await release(context, reason, { delayMs, cause }), { delayMs })
  }
  const { intendedOutcome, status } = context.row
  if (intendedOutcome || status === 'CANCELLING') return abandonCompensation(context)
  const failure: Failure = {
    code: 'PROCESSING_ERROR',
    detail: 'The stored input of the operation was damaged and cannot be decrypted. Submit a new operation.',
    cause,
  }
  const result = await fail(context, failure)
  return result === 'owesCompensation' ? requeueToCompensate(context, failure) : result
}
