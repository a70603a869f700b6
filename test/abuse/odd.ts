import fc from 'fast-check'

const strange = [
  '',
  ' ',
  '0',
  '-1',
  '1e400',
  'NaN',
  'null',
  'true',
  '[]',
  '{}',
  '*',
  '__proto__',
  'constructor',
  'toString',
  'a\u0000b',
  '\ud800',
  '\r\nX-Injected: 1',
  '=1+1',
  "' or '1'='1",
  '"; drop table operations; --',
  '{{7*7}}',
  '../../../../etc/passwd',
  '..\\..\\x',
  '\u202etxt.exe',
  'schlüssel',
  '🦄',
  '\ufeff',
  '9'.repeat(400),
  'x'.repeat(8000),
  '2017-02-30',
  '0000-00-00T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '2017-01-01T00:00:00+99:99',
  'op_01938f6e-4c90-7e12-b1aa-7d5e2b9c4f10',
]

/** Dates and times at the limits of RFC 3339, of JavaScript and of PostgreSQL. */
const dates = [
  '0000-01-01',
  '0000-12-31T23:59:59Z',
  '0001-01-01T00:00:00+23:59',
  '-0001-01-01',
  '9999-12-31',
  '9999-12-31T23:59:59-23:59',
  '9999-12-31T23:59:60Z',
  '10000-01-01',
  '294277-01-01T00:00:00Z',
  '1900-02-29',
  '2016-12-31T23:59:60Z',
  '2017-01-01T24:00:00Z',
  '2017-01-01t00:00:00z',
  '2017-01-01 00:00:00Z',
  '2017-01-01T00:00:00',
  '2017-01-01T00:00:00.123456789012Z',
  '2017-W01-1',
  'infinity',
  'now',
]

/** Text that a hostile caller may send. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...strange),
  fc.constantFrom(...dates),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
)

const oddNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1.5, 2 ** 31, 2 ** 31 - 1, -(2 ** 31) - 1, 2 ** 32, 2 ** 53, 2 ** 64, 1e308, 5e-324),
  fc.double(),
)

/** Any JSON value. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  oddNumber,
  fc.constantFrom(null, true, false, [], {}, [[]], [null], { a: 1 }),
  fc.jsonValue({ maxDepth: 3 }),
)

/** Any header value that HTTP allows: Latin-1 without control characters. */
export const oddHeaderText: fc.Arbitrary<string> = oddText.map((text) =>
  Buffer.from(text.replaceAll(/[^\t\x20-\xff]|\x7f/g, ''), 'latin1')
    .toString('latin1')
    .trim(),
)

/** Part of a path or a query, encoded correctly, incorrectly or not at all. */
export const oddPart: fc.Arbitrary<string> = fc.oneof(
  oddText.map((text) => encodeURIComponent(text.toWellFormed())),
  fc.constantFrom(
    '%',
    '%zz',
    '%00',
    '%2F',
    '%2e%2e%2f',
    '..',
    '.',
    '%ff%fe',
    '%ed%a0%80',
    '%u0041',
    '%25',
    ';',
    ':',
    ',',
  ),
  fc.constantFrom('a:cancel', '%3Acancel', '{}', '[0]', "'", '`', '|', '^', '\\', '~', '\xff'),
)

/** A random change at one place of a JSON body. */
export type Change = { kind: 'replace' | 'remove' | 'add' | 'wrap'; at: number; name: string; value: unknown }

export const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('replace', 'replace', 'remove', 'add', 'wrap'),
  at: fc.nat(1000),
  name: fc.oneof(
    fc.constantFrom('bogus', '__proto__', 'constructor', 'startAfter', 'labels', ''),
    fc.constantFrom('callbackUrl', 'webhook_url', 'page', 'limit', 'idempotencyKey', 'Webhook', 'date_range'),
    oddText,
  ),
  value: oddValue,
})

type Place = { holder: Record<string, unknown>; name: string }

function placesIn(holder: unknown): Place[] {
  if (typeof holder !== 'object' || holder === null) return []
  const entries = Object.entries(holder)
  return entries.flatMap(([name, value]) => [{ holder: holder as Place['holder'], name }, ...placesIn(value)])
}

/** The body with the changes. Properties in `kept` are never removed, because they limit the work that a request causes. */
export function changed(body: unknown, changes: readonly Change[], kept: readonly string[]): unknown {
  const root: Place['holder'] = { body: structuredClone(body) }
  for (const { kind, at, name, value: chosen } of changes) {
    const value = structuredClone(chosen)
    const places = placesIn(root)
    const place = places[at % places.length]
    if (!place) continue
    const { holder } = place
    const old = holder[place.name]
    if (kind === 'replace') put(holder, place.name, value)
    else if (kind === 'wrap') put(holder, place.name, [old])
    else if (kind === 'remove' && !kept.includes(place.name)) delete holder[place.name]
    else if (kind === 'add' && typeof old === 'object' && old !== null) put(old, name, value)
  }
  return root.body
}

/** Defines `__proto__` like any other name. */
function put(holder: object, name: string, value: unknown) {
  Object.defineProperty(holder, name, { value, enumerable: true, writable: true, configurable: true })
}
