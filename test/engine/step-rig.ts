import { test as base } from 'vitest'
import { operationTypes } from '../../generated/operations.ts'
import { cancel } from '../../server/database/operations/read.ts'
import { stepsOf } from '../../server/database/operations/steps.ts'
import { specRules } from '../../server/engine/rules.ts'
import type { WorkerOptions } from '../../server/engine/worker.ts'
import { openRig, ownerId } from './rig.ts'

export type Engine = Awaited<ReturnType<typeof openEngine>>

/** These tests mostly wait for retries, so they run concurrently, each with its own database. */
export const test = base.extend<{ engine: Engine }>({
  // vitest reads the needed fixtures from the first parameter: none.
  engine: async ({ task: _ }, use) => {
    const engine = await openEngine()
    await use(engine)
    await engine.rig.close()
  },
}).concurrent

async function openEngine() {
  const rig = await openRig()
  const { db } = rig.connection

  /** A cancel of which no worker hears. */
  async function cancelUnseen(operationId: string) {
    const request = { ownerId, operationId, actor: 'owner', reason: 'superseded', retentionSeconds: () => 60 }
    return (await cancel(db, request))?.operation.status
  }

  return {
    rig,
    db,

    work(handlers: WorkerOptions['handlers'], change: Partial<(typeof operationTypes)['deliverOrder']> | object = {}) {
      const rules = { ...specRules, deliverOrder: { ...operationTypes.deliverOrder, ...change } }
      return rig.work({ handlers: handlers ?? {}, rules })
    },

    submit: () => rig.submit({ type: 'deliverOrder', input: { orderId: 'order' } }),

    statesOf: async (operationId: string) =>
      (await stepsOf(db, [operationId])).map(({ name, state }) => `${name} ${state}`),

    cancelUnseen,

    async requestCancel(operationId: string) {
      const status = await cancelUnseen(operationId)
      rig.notifications.notify('changed', operationId)
      return status
    },
  }
}
