import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { stateDiagram } from '../../server/lifecycle/diagram.ts'
import {
  activeStatuses,
  allows,
  isTerminal,
  type Status,
  type Step,
  statuses,
  terminalStatuses,
  transitions,
} from '../../server/lifecycle/states.ts'

const top = resolve(import.meta.dirname, '../..')
const steps = Object.keys(transitions) as Step[]

/** What may happen to an operation in each status, and where it leads: written by hand, not read from the table. */
const expected: Record<Status, Record<string, Status>> = {
  PENDING: {
    claim: 'RUNNING',
    expireInQueue: 'FAILED',
    unwindQueued: 'PENDING',
    cancelPending: 'CANCELLED',
    cancelToUnwind: 'CANCELLING',
  },
  RUNNING: {
    finish: 'COMPLETED',
    finishWithErrors: 'COMPLETED_WITH_ERRORS',
    fail: 'FAILED',
    timeOut: 'FAILED',
    retry: 'PENDING',
    release: 'PENDING',
    crash: 'PENDING',
    unwind: 'RUNNING',
    requestCancel: 'CANCELLING',
  },
  CANCELLING: {
    unwindCancelled: 'CANCELLING',
    releaseCancelled: 'CANCELLING',
    claimCancelled: 'CANCELLING',
    cancel: 'CANCELLED',
    failToCancel: 'FAILED',
  },
  COMPLETED: {},
  COMPLETED_WITH_ERRORS: {},
  FAILED: {},
  CANCELLED: {},
}

test('the grid is about the steps that there are, and all of them', () => {
  expect(Object.values(expected).flatMap(Object.keys).toSorted()).toEqual(steps.toSorted())
})

describe.each(statuses)('an operation that is %s', (status) => {
  it.each(steps)(`takes the step %s only where it may`, (step) => {
    const to = allows(step, status) ? transitions[step].to : 'refused'
    expect(to).toBe(expected[status][step] ?? 'refused')
  })
})

test('every status is either active or terminal', () => {
  expect([...activeStatuses, ...terminalStatuses].toSorted()).toEqual([...statuses].toSorted())
  for (const status of statuses)
    expect(isTerminal(status)).toBe(!(activeStatuses as readonly string[]).includes(status))
})

test('every status but the first is come to from another, and every active one is left', () => {
  const moves = steps.flatMap((step) =>
    transitions[step].from.map((from: Status) => ({ from, to: transitions[step].to })),
  )
  const away = moves.filter(({ from, to }) => from !== to)
  for (const status of statuses.slice(1)) expect(away.map(({ to }) => to)).toContain(status)
  for (const status of activeStatuses) expect(away.map(({ from }) => from)).toContain(status)
})

test('an acknowledged cancel ends CANCELLED, or FAILED when an undo could not be done', () => {
  const ways = steps.filter((step) => allows(step, 'CANCELLING') && transitions[step].to !== 'CANCELLING')
  expect(ways.map((step) => [step, transitions[step].to])).toEqual([
    ['cancel', 'CANCELLED'],
    ['failToCancel', 'FAILED'],
  ])
})

describe('the diagram', () => {
  it('has one arrow for each two statuses with all steps between them, and an end for each terminal one', () => {
    const lines = stateDiagram().split('\n')
    const moves = statuses.flatMap((from) =>
      [...new Set(Object.values(expected[from]))].map((to) => {
        const names = Object.keys(expected[from]).filter((step) => expected[from][step] === to)
        return `  ${from} --> ${to}: ${names.join(', ')}`
      }),
    )
    const ends = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'].map((status) => `  ${status} --> [*]`)
    expect(lines).toEqual(['stateDiagram-v2', '  [*] --> PENDING', ...moves, ...ends])
  })

  it.each(['README.md', 'generated/states.md'])('that %s holds is the one of the table', (file) => {
    const blocks = readFileSync(resolve(top, file), 'utf8').matchAll(/```mermaid\n(.*?)\n```/gs)
    expect([...blocks].map(([, block]) => block)).toEqual([stateDiagram()])
  })
})
