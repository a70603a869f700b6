/** JSON whose long integers keep their digits: a number has 53 bits, and identifiers and amounts may have more. */

type Exact = {
  /** Not in every browser: without it long integers lose digits. */
  rawJSON?: (text: string) => object
  isRawJSON?: (value: unknown) => boolean
  parse(text: string, revive: (key: string, value: unknown, context?: { source?: string }) => unknown): unknown
}
const exact = JSON as unknown as Exact

/** The value of JSON text; throws `SyntaxError`. Integers that are no safe number become what `JSON.stringify` writes with the same digits. */
export function parseJson(text: string): unknown {
  return exact.parse(text, (_key, value, context) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? (exact.rawJSON?.(context?.source as string) ?? value)
      : value,
  )
}

export function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || exact.isRawJSON?.(value) === true
}

export function formatJson(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? ''
}

/** What was typed as a number, or else as it is, so that the service says what is wrong with it. */
export function numberOf(text: string): unknown {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  return /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(trimmed) ? parseJson(trimmed) : text
}

/** The digits of a number, or the text itself. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
