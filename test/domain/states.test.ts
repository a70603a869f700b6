import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { stateDiagram } from '../../server/domain/state-diagram.ts'
import {
  activeStatuses,
  allows,
  isTerminal,
  type Status,
  statuses,
  type Transition,
  terminalStatuses,
  transitions,
} from '../../server/domain/state-machine.ts'

const top = resolve(import.meta.dirname, '../..')
const names = Object.keys(transitions) as Transition[]

/** The transitions of each status and their targets, written by hand and not read from the table. */
const expected: Record<Status, Record<string, Status>> = {
  PENDING: {
    claim: 'RUNNING',
    expireInQueue: 'FAILED',
    failDependent: 'FAILED',
    compensateQueued: 'PENDING',
    cancelPending: 'CANCELLED',
    cancelToCompensate: 'CANCELLING',
  },
  RUNNING: {
    finish: 'COMPLETED',
    finishWithErrors: 'COMPLETED_WITH_ERRORS',
    fail: 'FAILED',
    timeOut: 'FAILED',
    retry: 'PENDING',
    release: 'PENDING',
    crash: 'PENDING',
    wait: 'WAITING',
    compensate: 'RUNNING',
    requestCancel: 'CANCELLING',
  },
  WAITING: {
    resume: 'PENDING',
    cancelPending: 'CANCELLED',
    cancelToCompensate: 'CANCELLING',
  },
  CANCELLING: {
    compensateCancelled: 'CANCELLING',
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

test('the grid contains exactly the transitions of the table', () => {
  expect([...new Set(Object.values(expected).flatMap(Object.keys))].toSorted()).toEqual(names.toSorted())
})

describe.each(statuses)('an operation that is %s', (status) => {
  it.each(names)(`allows %s only in its source states`, (name) => {
    const to = allows(name, status) ? transitions[name].to : 'refused'
    expect(to).toBe(expected[status][name] ?? 'refused')
  })
})

test('every status is either active or terminal', () => {
  expect([...activeStatuses, ...terminalStatuses].toSorted()).toEqual([...statuses].toSorted())
  for (const status of statuses)
    expect(isTerminal(status)).toBe(!(activeStatuses as readonly string[]).includes(status))
})

test('every status but the first can be reached, and every active one can be left', () => {
  const edges = names.flatMap((name) =>
    transitions[name].from.map((from: Status) => ({ from, to: transitions[name].to })),
  )
  const changes = edges.filter(({ from, to }) => from !== to)
  for (const status of statuses.slice(1)) expect(changes.map(({ to }) => to)).toContain(status)
  for (const status of activeStatuses) expect(changes.map(({ from }) => from)).toContain(status)
})

test('an acknowledged cancel ends CANCELLED, or FAILED when a step could not be compensated', () => {
  const outcomes = names.filter((name) => allows(name, 'CANCELLING') && transitions[name].to !== 'CANCELLING')
  expect(outcomes.map((name) => [name, transitions[name].to])).toEqual([
    ['cancel', 'CANCELLED'],
    ['failToCancel', 'FAILED'],
  ])
})

describe('the diagram', () => {
  it('has one arrow for each two statuses with all transitions between them, and an end for each terminal one', () => {
    const lines = stateDiagram().split('\n')
    const arrows = statuses.flatMap((from) =>
      [...new Set(Object.values(expected[from]))].map((to) => {
        const between = Object.keys(expected[from]).filter((name) => expected[from][name] === to)
        return `  ${from} --> ${to}: ${between.join(', ')}`
      }),
    )
    const ends = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'].map((status) => `  ${status} --> [*]`)
    expect(lines).toEqual(['stateDiagram-v2', '  [*] --> PENDING', ...arrows, ...ends])
  })

  it.each(['README.md', 'generated/states.md'])('in %s equals the table', (file) => {
    const blocks = readFileSync(resolve(top, file), 'utf8').matchAll(/```mermaid\n(.*?)\n```/gs)
    expect([...blocks].map(([, block]) => block)).toEqual([stateDiagram()])
  })

  it('is in the description of the contract', () => {
    const { info } = JSON.parse(readFileSync(resolve(top, 'generated/openapi.json'), 'utf8'))
    expect(info.description).toContain(`\`\`\`mermaid\n${stateDiagram()}\n\`\`\`\n`)
  })
})
