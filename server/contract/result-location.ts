import { operationTypes } from '../../generated/operations.ts'
import type { Links } from './links.ts'
import type { WireOperation } from './operation.ts'

/**
 * Where the result of a completed operation is read: the template of its type (`resultLocation` in the spec) filled from the
 * result as callers see it, or the operation itself when its type has none. Undefined while there is no result.
 */
export function resultLocation(type: string, operation: WireOperation, links: Links): string | undefined {
  const known: Record<string, { path: string; resultLocation?: string }> = operationTypes
  if (!known[type] || !('result' in operation) || operation.result === undefined) return undefined
  const template = known[type].resultLocation
  if (template === undefined) return operation.links.self
  const fields = new Map(Object.entries(operation.result))
  // A field in a path is a segment of it, an order's id for example; a template that is one field alone is a link already.
  const written = template.startsWith('/') ? encodeURIComponent : (text: string) => text
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name) => written(textOf(fields.get(name))))
  return template.startsWith('/') ? links.api(filled) : filled
}

/** A field that a path can name is a text. */
function textOf(field: unknown): string {
  return typeof field === 'string' ? field : ''
}
