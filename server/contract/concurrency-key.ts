import { hash } from 'node:crypto'
import { operationTypes } from '../../generated/operations.ts'

/** The key and the limit of an operation as they are stored. */
export type ConcurrencyKey = { concurrencyKey: string; concurrencyLimit: number }

type Declared = { key: string; limit: number }

const declarations: ReadonlyMap<string, Declared> = new Map(
  Object.entries(operationTypes).flatMap(([type, rule]) => ('concurrency' in rule ? [[type, rule.concurrency]] : [])),
)

/** No name of a type has a colon, so a submitted key never equals a declared one. */
const submittedPrefix = 'key:'
const longest = 255

/**
 * The key of a new operation: the one that its type declares, otherwise the submitted one. Undefined: it has none. `hashOf`: the keyed hash for a type
 * with a confidential input, whose values must not be readable in a key. Its secret changes with the first sealing key; operations from before
 * and after such a change may overlap.
 */
export function concurrencyKeyOf(
  type: string,
  input: Readonly<Record<string, unknown>>,
  { submitted, hashOf }: { submitted?: string | undefined; hashOf?: ((text: string) => Buffer) | undefined } = {},
): ConcurrencyKey | undefined {
  const declared = declarations.get(type)
  if (declared)
    return { concurrencyKey: declaredKey(type, declared.key, input, hashOf), concurrencyLimit: declared.limit }
  return submitted === undefined ? undefined : { concurrencyKey: `${submittedPrefix}${submitted}`, concurrencyLimit: 1 }
}

/** `owner/orderId` is `<type>/<value>`: each value escaped, so that different values never make the same key. Keys belong to their owner already. */
export function declaredKey(
  type: string,
  expression: string,
  input: Readonly<Record<string, unknown>>,
  hashOf?: (text: string) => Buffer,
): string {
  const [, ...names] = expression.split('/')
  if (names.length === 0) return type
  const values = names.map((name) => escaped(valueAt(input, name))).join('/')
  if (hashOf) return `${type}/#${hashOf(values).toString('base64url')}`
  const key = `${type}/${values}`
  return key.length <= longest ? key : `${type}/#${hash('sha256', values, 'base64url')}`
}

/** The key as it was submitted; undefined for a declared one. */
export function submittedKey(stored: string | null): string | undefined {
  return stored?.startsWith(submittedPrefix) ? stored.slice(submittedPrefix.length) : undefined
}

function valueAt(input: Readonly<Record<string, unknown>>, name: string): unknown {
  return name.split('.').reduce<unknown>((at, key) => {
    return typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined
  }, input)
}

/** An absent value is empty, and differs from an empty text. `#` and `=` are escaped in texts. */
function escaped(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return `=${encodeURIComponent(text.toWellFormed())}`
}
