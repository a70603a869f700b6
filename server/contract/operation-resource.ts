import { operationTypes } from '../../generated/operations.ts'

/** What an operation makes or works on, when that is something that can be read by itself. */
export type ResourceReference = { type: string; id: string }

type Declared = { type: string; from: 'input' | 'result'; field: string }

const declared: ReadonlyMap<string, Declared> = new Map(
  Object.entries(operationTypes).flatMap(([type, rules]) => {
    if (!('resource' in rules)) return []
    const [from, field] = rules.resource.id.split('.')
    return [[type, { type: rules.resource.type, from, field } as Declared] as const]
  }),
)

/** What the row itself tells of it. Undefined: its type makes and works on nothing that is read by itself, or it is not made yet. */
export function resourceOf(row: { type: string; input: unknown; result: unknown }): ResourceReference | undefined {
  const rule = declared.get(row.type)
  if (!rule) return undefined
  const held = row[rule.from]
  const id = typeof held === 'object' && held !== null ? Reflect.get(held, rule.field) : undefined
  return typeof id === 'string' ? { type: rule.type, id } : undefined
}
