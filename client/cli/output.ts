import { CommanderError } from 'commander'

/** Where results go: lines for people on a terminal, one JSON document per line (NDJSON) for programs. */
export type Output = {
  isJson: boolean
  /** A result: `value` as JSON, or the lines that `lines` makes of it. */
  show<V>(value: V, lines: (value: V) => string | readonly string[]): void
  /** A remark for people, on standard error. Nothing depends on it. */
  note(text: string): void
}

export function createOutput({ json }: { json?: boolean | undefined }): Output {
  const isJson = json ?? !process.stdout.isTTY
  return {
    isJson,
    show(value, lines) {
      const text = isJson ? printableJson(value) : [lines(value)].flat().map(printable).join('\n')
      if (text !== '') process.stdout.write(`${text}\n`)
    },
    note: (text) => void process.stderr.write(`${printable(text)}\n`),
  }
}

const unprintable = /[\p{Cc}\p{Bidi_Control}]/gu

/** The same document, with what a terminal would obey as escapes of JSON. */
function printableJson(value: unknown): string {
  const escaped = (one: string) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value).replace(unprintable, escaped)
}

/** Text from the service may hold terminal control sequences, which another person could have chosen. Tabs and line breaks stay. */
export function printable(text: string): string {
  return text.replace(unprintable, (one) => (one === '\n' || one === '\t' ? one : '\ufffd'))
}

/** Columns of equal width, with a heading. */
export function table(
  heading: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string[] {
  const cells = [heading, ...rows].map((row) => row.map((cell) => printable(String(cell ?? '')).replaceAll('\n', ' ')))
  const widths = heading.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Writes an error to standard error. Commander has written its own. */
export function report(error: unknown): void {
  if (error instanceof CommanderError) return
  process.stderr.write(`${printable(error instanceof Error ? error.message : String(error))}\n`)
}
