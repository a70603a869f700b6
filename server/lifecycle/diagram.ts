import { isTerminal, type Step, statuses, transitions } from './states.ts'

/**
 * The transition table as a Mermaid `stateDiagram-v2`, without a newline at the end. Steps between the same two statuses
 * share an arrow that has all their names, in the table's order.
 */
export function stateDiagram(): string {
  const steps = Object.keys(transitions) as Step[]
  const moves = steps.flatMap((step) =>
    transitions[step].from.map((from) => ({ step, from, to: transitions[step].to })),
  )
  const arrows = statuses.flatMap((from) => {
    const leaving = Map.groupBy(
      moves.filter((move) => move.from === from),
      ({ to }) => to,
    )
    return [...leaving].map(([to, group]) => `${from} --> ${to}: ${group.map(({ step }) => step).join(', ')}`)
  })
  const ends = statuses.filter(isTerminal).map((status) => `${status} --> [*]`)
  return ['stateDiagram-v2', ...[`[*] --> ${statuses[0]}`, ...arrows, ...ends].map((line) => `  ${line}`)].join('\n')
}
