import { resolved, type Schema, specOperations } from './document.ts'
import { hasWriteOnly, withoutWriteOnly } from './write-only.ts'

/** What the service shows of the input of an operation, and which inputs are confidential. */

type Input = Readonly<Record<string, unknown>>
type Submit = { schema: Schema; template: string; isConfidential: boolean }

const submits: ReadonlyMap<string, Submit> = new Map(
  specOperations().flatMap(({ operation }) => {
    const longRunning = operation['x-long-running-operation']
    if (!longRunning) return []
    const schema = operation.requestBody?.content['application/json']?.schema ?? {}
    const { operationId, summary = operationId } = operation
    const template = typeof longRunning.summary === 'string' ? longRunning.summary : summary
    return [[operationId, { schema, template, isConfidential: hasWriteOnly(ownPart(schema)) }] as const]
  }),
)

/** The request without its webhook, which every type has: the secret of a webhook is sealed by itself and is not part of the input. */
function ownPart(schema: Schema): Schema {
  const { properties = {}, ...rest } = resolved(schema)
  const { webhook: _, ...own } = properties as Record<string, unknown>
  return { ...rest, properties: own }
}

/**
 * Whether the contract marks part of the type's input `writeOnly`: it is personal data or a secret. The whole input is then encrypted at rest,
 * and error messages of its handler are not logged.
 */
export function isConfidential(type: string): boolean {
  return submits.get(type)?.isConfidential ?? false
}

/** The input without the parts that the contract marks `writeOnly`. Empty for a type that this version does not know. */
export function shownInput(type: string, input: Input): Record<string, unknown> {
  const submit = submits.get(type)
  if (!submit) return {}
  // Walking the schema takes 30 µs.
  return { ...(submit.isConfidential ? (withoutWriteOnly(input, submit.schema) as Input) : input) }
}

/** One line about an operation: the `summary` of its type in the contract, filled with its input. */
export function summaryOf(type: string, input: Input): string | undefined {
  const submit = submits.get(type)
  return submit && filled(submit.template, shownInput(type, input))
}

const longest = 120

/**
 * A template with the fields of `input`: `{dateRange.fromDate}` stands for a field, and a part in square brackets is left out if one of its
 * fields is absent. At most 120 characters, without control characters.
 */
export function filled(template: string, input: Input): string {
  const parts = partsOf(template).map(({ isOptional, texts, names }) => {
    const values = names.map((name) => textAt(input, name))
    if (isOptional && values.includes('')) return ''
    return texts.map((text, index) => text + (values[index] ?? '')).join('')
  })
  const line = parts
    .join('')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .toWellFormed()
    .trim()
  if (line.length <= longest) return line
  const letters = Array.from(line)
  return letters.length <= longest ? line : `${letters.slice(0, longest - 1).join('')}…`
}

/** A part of a template: texts, with the field of each name between them. */
type Part = { isOptional: boolean; texts: string[]; names: string[] }

const known = new Map<string, Part[]>()

function partsOf(template: string): Part[] {
  const parts = known.get(template) ?? parse(template)
  known.set(template, parts)
  return parts
}

function parse(template: string): Part[] {
  return [...template.matchAll(/\[([^\]]*)\]|([^[]+)/g)].map(([, optional, text = '']) => {
    // `split` alternates between texts and names.
    const pieces = (optional ?? text).split(placeholder)
    return {
      isOptional: optional !== undefined,
      texts: pieces.filter((_, index) => index % 2 === 0),
      names: pieces.filter((_, index) => index % 2 === 1),
    }
  })
}

const placeholder = /\{([\w.]+)\}/g

function textAt(input: Input, name: string): string {
  const value = name.split('.').reduce<unknown>((at, key) => {
    return typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined
  }, input)
  return textOf(value)
}

/** An object as `name value`, a list with commas. Cut early, because the input may be large. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.slice(0, longest).map(textOf).join(', ')
  if (typeof value === 'string') return value.slice(0, 3 * longest)
  if (typeof value !== 'object' || value === null) return value === undefined ? '' : JSON.stringify(value)
  const members = Object.entries(value).slice(0, longest)
  return members.map(([name, member]) => `${name} ${textOf(member)}`).join(', ')
}
