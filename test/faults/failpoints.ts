import type { Edit } from './edits.ts'

/** Places at which a process can be told to end or to freeze. `fault` is the loader's. */
export const failpoints = [
  {
    name: 'submit-committed',
    file: 'server/http/submissions.ts',
    from: "  if (outcome.kind === 'mismatch') {",
    to: "  fault('submit-committed')\n  if (outcome.kind === 'mismatch') {",
  },
] as const satisfies Edit[]

export type Failpoint = (typeof failpoints)[number]['name']
