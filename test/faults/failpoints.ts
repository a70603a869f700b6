import type { Edit } from './edits.ts'

/** Places at which a process can be told to end or to freeze. `fault` is the loader's. */
export const failpoints = [
  {
    // A sweep has found what lost workers held, and is about to give it back.
    name: 'swept',
    file: 'server/engine/maintenance.ts',
    from: '  const rows = await lost(engine.db, Object.keys(engine.rules))\n',
    to: "  const rows = await lost(engine.db, Object.keys(engine.rules))\n  if (rows.length > 0) fault('swept')\n",
  },
  {
    // A step has had its effect, and the worker is about to keep that.
    name: 'step',
    file: 'server/engine/attempt.ts',
    from: "    if (about.ask === 'keep') return keepStep(",
    to: "    if (about.ask === 'keep') fault('step')\n    if (about.ask === 'keep') return keepStep(",
  },
  {
    // The bytes of a file are stored, and no row tells of them yet.
    name: 'stored',
    file: 'server/files/announced.ts',
    from: '    await renewing\n',
    to: "    await renewing\n    fault('stored')\n",
  },
  {
    name: 'submit-committed',
    file: 'server/http/acceptance.ts',
    from: "  if (outcome.kind === 'mismatch') {",
    to: "  fault('submit-committed')\n  if (outcome.kind === 'mismatch') {",
  },
  {
    name: 'claimed',
    file: 'server/engine/worker.ts',
    from: '      gatherUntilMs = rows.length',
    to: "      if (rows.length > 0) fault('claimed')\n      gatherUntilMs = rows.length",
  },
  {
    name: 'begun',
    file: 'server/engine/attempt.ts',
    from: '    const end = await next.promise\n',
    to: "    fault('begun')\n    const end = await next.promise\n",
  },
  {
    name: 'finishing',
    file: 'server/engine/conclusion.ts',
    from: '    return await record(engine, state, step, values)\n',
    to: "    fault('finishing')\n    return await record(engine, state, step, values)\n",
  },
  {
    name: 'finished',
    file: 'server/engine/conclusion.ts',
    from: '  if (moved) return settled(',
    to: "  if (moved) fault('finished')\n  if (moved) return settled(",
  },
  // Inside of an executor, where a delivery's own input asks for it: `strike` is the loader's, too.
  {
    name: 'step-begun',
    file: 'server/engine/executor/steps.ts',
    from: '    const result = plain(await step.run(',
    to: "    strike('step-begun', name, order)\n    const result = plain(await step.run(",
  },
  {
    name: 'step-called',
    file: 'server/engine/executor/steps.ts',
    from: "    known.set(name, { ...record, state: 'DONE', result })\n",
    to: "    strike('step-called', name, order)\n    known.set(name, { ...record, state: 'DONE', result })\n",
  },
  {
    name: 'step-kept',
    file: 'server/engine/executor/steps.ts',
    from: "{ ask: 'keep', name, position, undoable, result }))\n",
    to: "{ ask: 'keep', name, position, undoable, result }))\n    strike('step-kept', name, order)\n",
  },
  {
    name: 'undo-begun',
    file: 'server/engine/executor/steps.ts',
    from: '        const late = AbortSignal.timeout(undoMs)\n',
    to: "        strike('undo-begun', name, order)\n        const late = AbortSignal.timeout(undoMs)\n",
  },
  {
    name: 'undo-called',
    file: 'server/engine/executor/steps.ts',
    from: "        show(name, 'COMPENSATED')\n        return true",
    to: "        strike('undo-called', name, order)\n        show(name, 'COMPENSATED')\n        return true",
  },
  {
    name: 'undo-kept',
    file: 'server/engine/executor/steps.ts',
    from: '      known.set(step.name, { ...step, state })\n',
    to: "      strike('undo-kept', step.name, order)\n      known.set(step.name, { ...step, state })\n",
  },
] as const satisfies Edit[]

export type Failpoint = (typeof failpoints)[number]['name']
