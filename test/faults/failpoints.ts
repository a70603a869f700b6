import type { Edit } from './edits.ts'

/** Places at which a process can be told to end or to freeze. `fault` is the loader's. */
export const failpoints = [
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
] as const satisfies Edit[]

export type Failpoint = (typeof failpoints)[number]['name']
