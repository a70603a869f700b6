import { expect, test } from 'vitest'
import {
  activeStatuses,
  allows,
  isTerminal,
  type Step,
  statuses,
  terminalStatuses,
  transitions,
} from '../../server/lifecycle/states.ts'

const steps = Object.keys(transitions) as Step[]

test('every status is either active or terminal', () => {
  expect([...activeStatuses, ...terminalStatuses].toSorted()).toEqual([...statuses].toSorted())
  for (const status of statuses)
    expect(isTerminal(status)).toBe(!(activeStatuses as readonly string[]).includes(status))
})

test('no step leaves a terminal status', () => {
  for (const status of terminalStatuses) for (const step of steps) expect(allows(step, status)).toBe(false)
})

test('every status but PENDING is reached by some step, and every active one is left by some', () => {
  const reached = new Set(steps.map((step) => transitions[step].to))
  expect(statuses.filter((status) => !reached.has(status))).toEqual([])
  for (const status of activeStatuses) expect(steps.some((step) => allows(step, status))).toBe(true)
})

test('an acknowledged cancel can only end CANCELLED', () => {
  expect(steps.filter((step) => allows(step, 'CANCELLING')).map((step) => transitions[step].to)).toEqual(['CANCELLED'])
})
