import type { Edit } from './edits.ts'

/** Places at which a process can exit or freeze. `fault` is defined by globals.ts. */
export const failpoints = [
  {
    // Maintenance has read the operations of lost workers and is about to release them.
    name: 'swept',
    file: 'server/engine/maintenance.ts',
    from: '  const rows = await lost(engine.db, Object.keys(engine.rules))\n',
    to: "  const rows = await lost(engine.db, Object.keys(engine.rules))\n  if (rows.length > 0) fault('swept')\n",
  },
  {
    // A step has had its effect, and the worker is about to record it.
    name: 'step',
    file: 'server/engine/attempt/writes.ts',
    from: "  if (step.write === 'finishStep') return finishStep(",
    to: "  if (step.write === 'finishStep') fault('step')\n  if (step.write === 'finishStep') return finishStep(",
  },
  {
    // The bytes of a file are stored, and its row is not.
    name: 'stored',
    file: 'server/files/planned.ts',
    from: '    await writing\n',
    to: "    await writing\n    fault('stored')\n",
  },
  {
    name: 'submit-committed',
    file: 'server/http/response/accepted.ts',
    from: "  if (outcome.kind === 'mismatch') {",
    to: "  fault('submit-committed')\n  if (outcome.kind === 'mismatch') {",
  },
  {
    name: 'batch-committed',
    file: 'server/http/resources/batches.ts',
    from: '    return created(backend, request, batch, results)\n',
    to: "    fault('batch-committed')\n    return created(backend, request, batch, results)\n",
  },
  {
    name: 'schedule-committed',
    file: 'server/http/resources/schedules.ts',
    from: "      if (outcome.kind === 'full') {\n",
    to: "      if (outcome.kind === 'created') fault('schedule-committed')\n      if (outcome.kind === 'full') {\n",
  },
  {
    // A round of schedules is about to insert its operations.
    name: 'schedules-firing',
    file: 'server/engine/schedules/fire.ts',
    from: '  if (created.length > 0) await insertAll(',
    to: "  if (created.length > 0) fault('schedules-firing')\n  if (created.length > 0) await insertAll(",
  },
  {
    name: 'claimed',
    file: 'server/engine/worker.ts',
    from: '      batchUntilMs = rows.length',
    to: "      if (rows.length > 0) fault('claimed')\n      batchUntilMs = rows.length",
  },
  {
    name: 'begun',
    file: 'server/engine/attempt/attempt.ts',
    from: '      const outcome = await this.outcome()\n',
    to: "      fault('begun')\n      const outcome = await this.outcome()\n",
  },
  {
    name: 'finishing',
    file: 'server/engine/attempt/complete.ts',
    from: '    return await record(context, name, values)\n',
    to: "    fault('finishing')\n    return await record(context, name, values)\n",
  },
  {
    name: 'finished',
    file: 'server/engine/attempt/complete.ts',
    from: '  if (changed) return recorded(',
    to: "  if (changed) fault('finished')\n  if (changed) return recorded(",
  },
  {
    // A wait is recorded, and its handler does not know yet.
    name: 'wait-begun',
    file: 'server/engine/attempt/reported.ts',
    from: "      if (!begun) logRefused(context, 'beginWait')\n",
    to: "      if (!begun) logRefused(context, 'beginWait')\n      if (begun?.state === 'PENDING') fault('wait-begun')\n",
  },
  {
    // The operation waits, and its worker does not know yet.
    name: 'waiting',
    file: 'server/engine/attempt/complete.ts',
    from: '    telemetry.operationWaits(',
    to: "    fault('waiting')\n    telemetry.operationWaits(",
  },
  {
    // Waits are over, and their operations are about to be returned to the queue.
    name: 'resuming',
    file: 'server/engine/waits.ts',
    from: '  const queueSeconds = figures(',
    to: "  fault('resuming')\n  const queueSeconds = figures(",
  },
  {
    // The operations of which a dependency did not complete are about to be ended.
    name: 'dependents-failing',
    file: 'server/engine/dependents.ts',
    from: '  const rows = await failedDependents(engine.db, Object.keys(engine.rules), limit)\n',
    to: "  const rows = await failedDependents(engine.db, Object.keys(engine.rules), limit)\n  if (rows.length > 0) fault('dependents-failing')\n",
  },
  // In an executor, selected by the delivery's input. `strike` is defined by globals.ts.
  {
    name: 'step-begun',
    file: 'server/engine/executor/child/steps.ts',
    from: '    const result = asJson(await step.run(',
    to: "    strike('step-begun', name, order)\n    const result = asJson(await step.run(",
  },
  {
    name: 'step-called',
    file: 'server/engine/executor/child/steps.ts',
    from: "    known.set(name, { ...record, state: 'DONE', result, durationMs })\n",
    to: "    strike('step-called', name, order)\n    known.set(name, { ...record, state: 'DONE', result, durationMs })\n",
  },
  {
    name: 'step-kept',
    file: 'server/engine/executor/child/steps.ts',
    from: "    if (!(await worker.request(order.key, finish))) throw runtime.interrupt('lease-lost')\n",
    to: "    if (!(await worker.request(order.key, finish))) throw runtime.interrupt('lease-lost')\n    strike('step-kept', name, order)\n",
  },
  {
    name: 'undo-begun',
    file: 'server/engine/executor/child/steps.ts',
    from: '        const timeout = AbortSignal.timeout(undoMs)\n',
    to: "        strike('undo-begun', name, order)\n        const timeout = AbortSignal.timeout(undoMs)\n",
  },
  {
    name: 'undo-called',
    file: 'server/engine/executor/child/steps.ts',
    from: "        show(name, 'COMPENSATED')\n        return true",
    to: "        strike('undo-called', name, order)\n        show(name, 'COMPENSATED')\n        return true",
  },
  {
    name: 'undo-kept',
    file: 'server/engine/executor/child/steps.ts',
    from: '      known.set(step.name, { ...step, state })\n',
    to: "      strike('undo-kept', step.name, order)\n      known.set(step.name, { ...step, state })\n",
  },
] as const satisfies Edit[]

export type Failpoint = (typeof failpoints)[number]['name']
