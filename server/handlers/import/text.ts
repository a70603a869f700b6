import { OperationError } from '../define.ts'

/** A file that cannot be read at all: `detail` names the place and the cure. */
export function unreadable(code: 'INVALID_FILE' | 'INVALID_ENCODING', detail: string, cause?: unknown): OperationError {
  return new OperationError(code, detail, { errors: [{ pointer: '/uploadId', message: detail }], cause })
}

const signatures: [number[], string][] = [
  [[0x1f, 0x8b], 'a gzip archive: upload it unpacked'],
  [[0x50, 0x4b, 0x03, 0x04], 'a ZIP archive or a spreadsheet: save it as CSV in UTF-8'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old spreadsheet: save it as CSV in UTF-8'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF: upload CSV or NDJSON'],
]

/** The bytes as text: strict UTF-8, without a byte order mark. Throws `INVALID_FILE` or `INVALID_ENCODING` naming the line. */
export async function* strictText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let lines = 1
  let first = true
  for await (const chunk of chunks) {
    if (first) refuseBinary(chunk)
    first = false
    const text = decode(decoder, chunk, lines, true)
    const nul = text.indexOf('\0')
    if (nul !== -1) {
      const line = lines + lineFeedsIn(text.slice(0, nul))
      throw unreadable('INVALID_FILE', `Line ${line}: the file holds NUL characters, so it is not text.`)
    }
    lines += lineFeedsIn(text)
    yield text
  }
  decode(decoder, new Uint8Array(), lines, false)
}

function refuseBinary(chunk: Uint8Array) {
  for (const [signature, what] of signatures) {
    if (signature.every((byte, index) => chunk[index] === byte)) {
      throw unreadable('INVALID_FILE', `The file is ${what}.`)
    }
  }
  const marked = (chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff)
  // Without a mark: a letter of ASCII is one byte and one that is zero.
  const unmarked = chunk.length > 1 && (chunk[0] === 0) !== (chunk[1] === 0)
  if (marked || unmarked) throw unreadable('INVALID_ENCODING', 'Line 1: the file is UTF-16: save it in UTF-8.')
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array, lines: number, stream: boolean): string {
  try {
    return decoder.decode(chunk, { stream })
  } catch (error) {
    const line = lines + linesBeforeFault(chunk)
    throw unreadable('INVALID_ENCODING', `Line ${line}: the file is not UTF-8 from here on: save it in UTF-8.`, error)
  }
}

/** Whole lines before the one that does not decode; the chunk's first may have begun in the chunk before, its last may go on. */
function linesBeforeFault(chunk: Uint8Array): number {
  let from = 0
  // What is left of a letter that the chunk before has begun. If it is that one which is broken, it stands in the first line.
  while (from < 3 && ((chunk[from] ?? 0) & 0xc0) === 0x80) from++
  for (let lines = 0; from < chunk.length; lines++) {
    const end = chunk.indexOf(0x0a, from)
    const line = chunk.subarray(from, end === -1 ? chunk.length : end)
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(line, { stream: end === -1 })
    } catch {
      return lines
    }
    if (end === -1) break
    from = end + 1
  }
  return 0
}

function lineFeedsIn(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++
  return count
}
