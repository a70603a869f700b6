import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sseParser } from '../../client/sse.ts'

type Read = { messages: { id: string | undefined; data: string | undefined }[]; retries: number[] }

function own(chunks: string[]): Read {
  const read: Read = { messages: [], retries: [] }
  const feed = sseParser(
    (message) => read.messages.push(message),
    (ms) => read.retries.push(ms),
  )
  for (const chunk of chunks) feed(chunk)
  return read
}

function reference(chunks: string[]): Read {
  const read: Read = { messages: [], retries: [] }
  let idAlone: string | undefined
  const parser = createParser({
    // Called before `onEvent` of the same block.
    onId(id) {
      if (idAlone !== undefined) read.messages.push({ id: idAlone, data: undefined })
      idAlone = id
    },
    onEvent({ id, data }) {
      if (idAlone !== undefined && id === undefined) read.messages.push({ id: idAlone, data: undefined })
      idAlone = undefined
      read.messages.push({ id, data })
    },
    onRetry: (ms) => void read.retries.push(ms),
  })
  for (const chunk of chunks) parser.feed(chunk)
  if (idAlone !== undefined) read.messages.push({ id: idAlone, data: undefined })
  return read
}

/** Splits the text at the places. */
function split(text: string, places: number[]): string[] {
  const cuts = [...new Set([0, ...places.map((place) => place % (text.length + 1)), text.length])].sort((a, b) => a - b)
  return cuts.slice(1).map((end, at) => text.slice(cuts[at], end))
}

const line = fc.oneof(
  fc.constantFrom(
    '',
    '',
    'data',
    'data:',
    'data: ',
    'data:  two',
    'id',
    'id: 7',
    'id:a\0b',
    'retry: 70',
    'retry: 7s',
    'retry',
  ),
  fc.constantFrom(
    'event: log',
    ': comment',
    ':',
    ' data: x',
    'unknown: x',
    'data: {"a": 1}',
    'data: 東京 🙂',
    '\uFEFFdata: x',
  ),
  fc.string({ maxLength: 8 }).map((text) => `data: ${text.replaceAll(/[\r\n]/g, '')}`),
)
const stream = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 30 })
  .map((lines) => lines.flat().join(''))

it('parses any stream, split anywhere, like eventsource-parser', () => {
  fc.assert(
    // A last line without an end must not be a difference, and neither must a CR that waits for its LF.
    fc.property(stream, fc.array(fc.nat(), { maxLength: 12 }), (text, places) => {
      const chunks = split(`${text}\n\n`, places)
      expect(own(chunks)).toEqual(reference(chunks))
    }),
    { numRuns: 2000 },
  )
})

it('ignores a byte order mark at the beginning only, also in a chunk of its own', () => {
  expect(own(['\uFEFF', 'data: 1\n\n\uFEFFdata: 2\n\ndata: 3\n\n']).messages.map(({ data }) => data)).toEqual([
    '1',
    '3',
  ])
})
