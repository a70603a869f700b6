import type { Db } from '../../database/db.ts'
import type { NewOperation } from '../../database/operations/create.ts'
import { countActive, lockQuota, type Space } from '../../database/quotas.ts'
import { openOperationQuota } from '../../quotas/operations.ts'
import { openStorageQuota } from '../../quotas/stored-bytes.ts'
import { watchTargetQuota } from '../../quotas/webhook-targets.ts'

export type OwnerQuotas = {
  ownerOperations?: number | undefined
  ownerStorage?: Space | undefined
  ownerWebhookTargets?: number | undefined
}

type RefusalCode = 'TOO_MANY_OPERATIONS' | 'STORAGE_FULL' | 'TOO_MANY_WEBHOOK_TARGETS'

/** The codes of the quotas that refuse some of `operations`, by operation id. `tx` may lock the quotas of their owners. */
export type Admission = (tx: Db, operations: readonly NewOperation[]) => Promise<Map<string, RefusalCode>>

/** The quotas of a submit, for the operations of schedules. A quota that is undefined is not checked. */
export function openAdmission(db: Db, { ownerOperations, ownerStorage, ownerWebhookTargets }: OwnerQuotas): Admission {
  const operationQuota = ownerOperations === undefined ? undefined : openOperationQuota(db, ownerOperations)
  const storageQuota = ownerStorage && openStorageQuota(db, ownerStorage)
  const targetQuota = ownerWebhookTargets === undefined ? undefined : watchTargetQuota(db, ownerWebhookTargets)

  async function refusalOf({ ownerId, webhook }: NewOperation): Promise<RefusalCode | undefined> {
    if (await storageQuota?.full(ownerId)) return 'STORAGE_FULL'
    if (webhook && targetQuota && !(await targetQuota.admits(ownerId, webhook.url))) return 'TOO_MANY_WEBHOOK_TARGETS'
    return undefined
  }

  /** Whether the operation fits by the count that is remembered, so that its owner need not be locked. */
  const fits = async ({ ownerId }: NewOperation) =>
    operationQuota?.within(ownerId, { free: async () => true, exact: async () => false }) ?? true

  return async (tx, operations) => {
    const refused = new Map<string, RefusalCode>()
    const counted: NewOperation[] = []
    await Promise.all(
      operations.map(async (operation) => {
        const code = await refusalOf(operation)
        if (code) refused.set(operation.operationId, code)
        else if (!(await fits(operation))) counted.push(operation)
      }),
    )
    // In the order of the owners, in which every worker locks them.
    const owners = [...Map.groupBy(counted, ({ ownerId }) => ownerId)].sort(([a], [b]) => (a < b ? -1 : 1))
    for (const [ownerId, own] of owners) {
      const most = ownerOperations ?? 0
      await lockQuota(tx, 'operations', ownerId)
      const free = most - (await countActive(tx, { ownerId, most }))
      for (const { operationId } of own.slice(Math.max(0, free))) refused.set(operationId, 'TOO_MANY_OPERATIONS')
    }
    return refused
  }
}
