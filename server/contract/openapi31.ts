import type { Schema } from './document.ts'

/**
 * The document as OpenAPI 3.1, for tools that refuse 3.2 by its version (swagger-parser 13, the parser of Scalar 0.24). They differ in one keyword:
 * 3.1 has no `itemSchema`, so an event stream becomes text, and `x-event-schema` names the schema of its events.
 */
export function asOpenapi31(document: Schema): Schema {
  return { ...(lowered(document) as Schema), openapi: '3.1.1' }
}

function lowered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowered)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(([key, held]) => [key, lowered(held)] as const)
  return Object.fromEntries(
    entries.flatMap(([key, held]) =>
      key === 'itemSchema'
        ? [
            ['schema', { type: 'string', description: 'Server-sent events in the format of WHATWG HTML §9.2.' }],
            ['x-event-schema', held],
          ]
        : [[key, held]],
    ),
  )
}
