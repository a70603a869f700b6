import { contract, type Parameter, type Schema, type SpecDocument } from './document.ts'

export type RequestPlace = 'path' | 'query' | 'header' | 'body'

/** A parameter, a header or a field of the body that a request of an operation may have. */
export type RequestName = {
  place: RequestPlace
  /** As in the spec. A field inside of an object has the names of both, separated by a dot. */
  name: string
  schema: Schema
  /** A value that the spec shows, as text. */
  example?: string
}

type Resolve = SpecDocument['resolved']

/** Everything that a request may have, fields that are not nested first. `resolved`: of the document that the schemas are in. */
export function requestNames(
  parameters: readonly Parameter[],
  body: Schema | undefined,
  resolved: Resolve = contract.resolved,
): readonly RequestName[] {
  const named = parameters.map(({ in: place, name, schema, example }) =>
    requestName({ place, name, schema: resolved(schema) }, resolved, example),
  )
  return [...named, ...(body ? fieldsOf(resolved(body), '', resolved) : [])]
}

function fieldsOf(schema: Schema, prefix: string, resolved: Resolve): RequestName[] {
  const fields = Object.entries((schema.properties ?? {}) as Record<string, Schema>).map(([name, field]) =>
    requestName({ place: 'body', name: prefix + name, schema: resolved(field) }, resolved),
  )
  return [...fields, ...fields.flatMap(({ name, schema: inner }) => fieldsOf(inner, `${name}.`, resolved))]
}

function requestName(
  known: RequestName,
  resolved: Resolve,
  example: unknown = exampleOf(known.schema, resolved),
): RequestName {
  const [first] = [example].flat()
  return typeof first === 'string' || typeof first === 'number' ? { ...known, example: String(first) } : known
}

function exampleOf({ examples, items }: Schema, resolved: Resolve): unknown {
  if (Array.isArray(examples)) return examples[0]
  return items === undefined ? undefined : exampleOf(resolved(items as Schema), resolved)
}
