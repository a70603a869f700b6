import { Problem } from '../../contract/problem.ts'
import { sentence } from './body.ts'

/** The items on which each item depends, by index. */
type Edges = readonly (readonly number[])[]

const maxDependencies = 100

/**
 * The problem of each item whose `dependsOn` names itself, no item, or an item that depends on it in turn. `more`: how many other operations
 * each item depends on.
 */
export function dependencyProblems(edges: Edges, more: readonly number[]): Map<number, Problem> {
  const problems = new Map<number, Problem>()
  for (const [index, named] of edges.entries()) {
    const unknown = named.findIndex((other) => other >= edges.length)
    const own = named.indexOf(index)
    if (unknown >= 0)
      problems.set(index, invalid(`/dependsOn/${unknown}`, `must be an index from 0 to ${edges.length - 1}`))
    else if (own >= 0) problems.set(index, invalid(`/dependsOn/${own}`, 'must not be the index of this operation'))
    else if (named.length + (more[index] ?? 0) > maxDependencies) {
      const message = `must have at most ${maxDependencies} operations together with body.dependsOn`
      problems.set(index, invalid('/dependsOn', message))
    }
  }
  for (const index of inCycles(edges)) {
    if (!problems.has(index)) problems.set(index, invalid('/dependsOn', 'must not lead back to this operation'))
  }
  return problems
}

/** The problem of an item that depends on a refused item. */
export const dependentProblem = () =>
  invalid('/dependsOn', 'names an operation of this batch that was refused; fix that one first')

function invalid(pointer: string, message: string): Problem {
  const violation = { pointer, message }
  return new Problem('INVALID_INPUT', sentence(violation), { errors: [violation] })
}

/** Items in cycles, or between two cycles: those that are left when all others are removed from both ends. */
function inCycles(edges: Edges): Set<number> {
  const forward = edges.map((named) => named.filter((other) => other < edges.length))
  const backward: number[][] = edges.map(() => [])
  for (const [index, named] of forward.entries()) for (const other of named) backward[other]?.push(index)
  const left = new Set(edges.keys())
  for (const [ahead, behind] of [
    [forward, backward],
    [backward, forward],
  ] as const) {
    const open = ahead.map((others) => others.filter((other) => left.has(other)).length)
    const free = [...left].filter((index) => open[index] === 0)
    for (let index = free.pop(); index !== undefined; index = free.pop()) {
      left.delete(index)
      for (const other of behind[index] ?? []) {
        open[other] = (open[other] ?? 0) - 1
        if (open[other] === 0 && left.has(other)) free.push(other)
      }
    }
  }
  return left
}

/** Adds `dependentProblem` for each item that depends on a refused one, through any number of items. */
export function spread(
  edges: Edges,
  isRefused: (index: number) => boolean,
  refuse: (index: number, problem: Problem) => void,
) {
  const backward: number[][] = edges.map(() => [])
  for (const [index, named] of edges.entries()) for (const other of named) backward[other]?.push(index)
  const next = [...edges.keys()].filter(isRefused)
  for (let index = next.pop(); index !== undefined; index = next.pop()) {
    for (const dependent of backward[index] ?? []) {
      if (isRefused(dependent)) continue
      refuse(dependent, dependentProblem())
      next.push(dependent)
    }
  }
}
