import { readFileSync } from 'node:fs'
import type { LongRunning } from './assemble.ts'

/** `change`: what changed and where, as in `accepted-breaks.yaml`. `message`: the same for a reader. */
export type Break = { change: string; message: string }

type Json = Record<string, unknown>
type Limit = { bytes: number; values: number }
type Media = { schema?: unknown; itemSchema?: unknown }
type Held = { content?: Record<string, Media>; 'x-body-limit'?: Limit }
type Operation = { requestBody?: Held; responses: Record<string, Held>; 'x-long-running-operation'?: LongRunning }
type Document = {
  'x-body-limit': Limit
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Json }
}

/**
 * Breaking changes that `redocly diff` does not rate: a media type without its schema, a lower limit of a body, and in
 * `x-long-running-operation` a phase or a wait that is gone, and a wait whose body has a new required field.
 */
export function bodyBreaks(baseFile: string, revisionFile: string): Break[] {
  const [base, revision] = [baseFile, revisionFile].map((file) => JSON.parse(readFileSync(file, 'utf8'))) as [
    Document,
    Document,
  ]
  const found = limitBreaks('#/x-body-limit', base['x-body-limit'], revision['x-body-limit'])
  for (const [path, item] of Object.entries(base.paths)) {
    for (const [method, before] of Object.entries(item)) {
      const after = revision.paths[path]?.[method]
      // `redocly diff` reports an operation that is gone.
      if (!after || !before.responses) continue
      const at = `#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method}`
      const limits = [before, after].map(({ requestBody }) => requestBody?.['x-body-limit'])
      const general = [base, revision].map((document) => document['x-body-limit'])
      found.push(
        ...(limits.some(Boolean)
          ? limitBreaks(`${at}/requestBody/x-body-limit`, limits[0] ?? general[0], limits[1] ?? general[1])
          : []),
        ...schemaBreaks(`${at}/requestBody`, before.requestBody, after.requestBody),
        ...Object.keys(before.responses).flatMap((status) =>
          schemaBreaks(`${at}/responses/${status}`, before.responses[status], after.responses[status]),
        ),
        ...typeBreaks(`${at}/x-long-running-operation`, before, after, [base, revision]),
      )
    }
  }
  return found
}

function limitBreaks(at: string, before?: Limit, after?: Limit): Break[] {
  if (!before || !after) return []
  return (['bytes', 'values'] as const)
    .filter((name) => after[name] < before[name])
    .map((name) => ({
      change: `body-limit-lowered ${at}/${name}`,
      message: `The limit of ${name} of a body went from ${before[name]} to ${after[name]}.`,
    }))
}

function schemaBreaks(at: string, before: Held = {}, after: Held = {}): Break[] {
  return Object.entries(before.content ?? {}).flatMap(([type, media]) => {
    const now = after.content?.[type]
    const lost = (['schema', 'itemSchema'] as const).filter((name) => media[name] && now && !now[name])
    return lost.map((name) => ({
      change: `media-schema-removed ${at}/content/${type.replaceAll('/', '~1')}/${name}`,
      message: `The ${name} of ${type} was removed.`,
    }))
  })
}

function typeBreaks(at: string, before: Operation, after: Operation, [base, revision]: [Document, Document]): Break[] {
  const [was, is] = [before, after].map((operation) => operation['x-long-running-operation'])
  if (!was) return []
  const phases = was.phases
    .filter(({ name }) => !is?.phases.some((phase) => phase.name === name))
    .map(({ name }) => ({ change: `phase-removed ${at}/phases/${name}`, message: `The phase ${name} was removed.` }))
  const waits = (was.waits ?? []).flatMap(({ name, schema }) => {
    const now = is?.waits?.find((wait) => wait.name === name)
    if (!now) return [{ change: `wait-removed ${at}/waits/${name}`, message: `The wait ${name} was removed.` }]
    const required = [requiredOf(base, schema.$ref), requiredOf(revision, now.schema.$ref)] as const
    return required[1]
      .filter((field) => !required[0].includes(field))
      .map((field) => ({
        change: `wait-field-required ${at}/waits/${name}/${field}`,
        message: `The body that completes the wait ${name} has the new required field ${field}.`,
      }))
  })
  return [...phases, ...waits]
}

function requiredOf({ components }: Document, ref: string): string[] {
  const schema = components.schemas[ref.slice(ref.lastIndexOf('/') + 1)] as { required?: string[] } | undefined
  return schema?.required ?? []
}
