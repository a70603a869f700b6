import { isTerminal, statuses, type Transition, transitions } from './state-machine.ts'

/**
 * The transition table as a Mermaid `stateDiagram-v2`, without a trailing newline. Transitions between the same two statuses share an arrow
 * with all their names, in the order of the table.
 */
export function stateDiagram(): string {
  const names = Object.keys(transitions) as Transition[]
  const edges = names.flatMap((name) =>
    transitions[name].from.map((from) => ({ name, from, to: transitions[name].to })),
  )
  const arrows = statuses.flatMap((status) => {
    const byTarget = Map.groupBy(
      edges.filter(({ from }) => from === status),
      ({ to }) => to,
    )
    return [...byTarget].map(([to, group]) => `${status} --> ${to}: ${group.map(({ name }) => name).join(', ')}`)
  })
  const ends = statuses.filter(isTerminal).map((status) => `${status} --> [*]`)
  return ['stateDiagram-v2', ...[`[*] --> ${statuses[0]}`, ...arrows, ...ends].map((line) => `  ${line}`)].join('\n')
}
