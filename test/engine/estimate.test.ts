import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { estimateCompletion } from '../../server/domain/estimate.ts'
import { imported, imports, openRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterAll(() => rig.close())

test('the estimate for a steady handler at half of its work is within a fifth of its real duration', async () => {
  // VALIDATION has weight 60 and LOADING 40, so each of the 100 units takes the same time.
  const handlers = imports(async (ctx) => {
    for (let unit = 1; unit <= 100; unit += 1) {
      // Long compared with the delays of a busy machine.
      await sleep(60)
      if (unit <= 60) ctx.progress({ phase: 'VALIDATION', current: unit, total: 60 })
      else ctx.progress({ phase: 'LOADING', current: unit - 60, total: 40 })
    }
    return imported
  })
  rig.work({ handlers })
  const { operationId } = await rig.submit()
  const half = await rig.untilRow(operationId, ({ progress }) => (progress?.percentage ?? 0) >= 50)
  const { status, startedAt, updatedAt: progressAt } = half
  const percentage = half.progress?.percentage
  const estimate = estimateCompletion(
    { status, startedAt, percentage, progressAt, typicalSeconds: undefined },
    new Date(),
  )
  const { finishedAt } = await rig.until(operationId, 'COMPLETED')
  const elapsedMs = (finishedAt?.getTime() ?? 0) - (startedAt?.getTime() ?? 0)
  expect(Math.abs((estimate?.getTime() ?? 0) - (finishedAt?.getTime() ?? 0))).toBeLessThan(elapsedMs / 5)
})
