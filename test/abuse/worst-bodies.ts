import { type BodyLimit, bodyLimitOf, resolved, type Schema, specOperations } from '../../server/contract/document.ts'

/** Every endpoint of the contract that takes JSON, with its limit and its known fields. */
export const jsonEndpoints = specOperations().flatMap(({ method, path, operation }) => {
  const schema = operation.requestBody?.content['application/json']?.schema
  if (!schema) return []
  const { operationId } = operation
  const properties = Object.keys((resolved(schema).properties as Record<string, Schema> | undefined) ?? {})
  return [{ operationId, method: method.toUpperCase(), path, schema, limit: bodyLimitOf(operation), properties }]
})

const many = (count: number, member: (nth: number) => string) =>
  Array.from({ length: count }, (_, nth) => member(nth)).join(',')
const nested = (depth: number, name: string, inner: string) =>
  `${`{"${name}":`.repeat(depth)}${inner}${'}'.repeat(depth)}`

/**
 * Bodies within the byte limit that cost the most to parse, validate and refuse: as many violations, as long names and as deep nesting as
 * fit, in an unknown field and in each known field.
 */
export function worstBodies({ bytes, values }: BodyLimit, fields: readonly string[]): [title: string, body: string][] {
  const count = values - 3
  const maxChars = bytes - 200
  const each = Math.floor(maxChars / count)
  const inField = (field: string): [string, string][] => [
    ['numbers', `{"${field}":[${many(count, () => '1')}]}`],
    ['strings', `{"${field}":[${many(count, (nth) => `"${'x'.repeat(each - 8)}${nth}"`)}]}`],
    ['more numbers than values are allowed', `{"${field}":[${'1,'.repeat(maxChars / 2)}1]}`],
    ['objects', `{"${field}":[${many(count, () => '{}')}]}`],
    ['names', `{"${field}":{${many(count, (nth) => `"${'x'.repeat(each - 10)}${nth}":1`)}}}`],
    ['invalid names', `{"${field}":{${many(count, (nth) => `"-${nth}":""`)}}}`],
    [
      'control characters in names',
      `{"${field}":{${many(count, (nth) => `"${'\\u0001'.repeat((each - 12) / 6)}${nth}":1`)}}}`,
    ],
    ['numbers that overflow', `{"${field}":[${many(count, () => '1e999')}]}`],
    ['lone surrogates', `{"${field}":[${many(count, () => '"\\ud800"')}]}`],
    ['a long string', `{"${field}":"${'x'.repeat(maxChars)}"}`],
    ['an escaped string', `{"${field}":"${'\\u0041'.repeat(maxChars / 6)}"}`],
    ['a string of quotes', `{"${field}":"${'\\"'.repeat(maxChars / 2)}"}`],
    ['a long number', `{"${field}":${'1'.repeat(maxChars)}}`],
    ['a secret', `{"${field}":"whsec_${'A'.repeat(maxChars)}"}`],
    ['an instant', `{"${field}":"2017-12-31T09:00:00.${'0'.repeat(maxChars)}Z!"}`],
    ['a URL', `{"${field}":"https://${'a.'.repeat(maxChars / 2)}"}`],
    ['labels', `{"${field}":[${many(count, () => `"${'k'.repeat(Math.min(63, each - 8))}:"`)}]}`],
    ['depth', `{"${field}":${'['.repeat(60)}${']'.repeat(60)}}`],
    [
      'objects of unknown names',
      `{"${field}":[${many(Math.floor(count / 40), () => `{${many(39, (nth) => `"${'x'.repeat(Math.max(1, each - 10))}${nth}":1`)}}`)}]}`,
    ],
  ]
  return [
    ['unknown names', `{${many(count, (nth) => `"${'x'.repeat(each - 10)}${nth}":1`)}}`],
    ['a long name above violations', `{"${'x'.repeat(maxChars - 6 * count)}":[${many(count, () => '1e999')}]}`],
    [
      'long names above violations',
      nested(60, '\\u0001'.repeat(Math.floor((maxChars - 6 * count) / 370)), `[${many(count - 60, () => '1e999')}]`),
    ],
    ['whitespace', `${' '.repeat(maxChars)}[]`],
    ['an unterminated string', `{"x":"${'\\\\'.repeat(maxChars / 2)}`],
    ['open arrays', '['.repeat(maxChars)],
    ['commas', `[${','.repeat(maxChars)}`],
    ...['unknown', ...fields].flatMap((field) =>
      inField(field).map(([title, body]) => [`${title} in ${field}`, body] as [string, string]),
    ),
  ]
}
