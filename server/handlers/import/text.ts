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
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++
    if (text.includes('\0'))
      throw unreadable('INVALID_FILE', `Near line ${lines}: the file holds NUL characters, so it is not text.`)
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
  if ((chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff)) {
    throw unreadable('INVALID_ENCODING', 'The file is UTF-16: save it in UTF-8.')
  }
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array, lines: number, stream: boolean): string {
  try {
    return decoder.decode(chunk, { stream })
  } catch (error) {
    const line = lines + linesBeforeFault(chunk)
    throw unreadable('INVALID_ENCODING', `Line ${line}: the file is not UTF-8 from here on: save it in UTF-8.`, error)
  }
}

/** Whole lines of the chunk that decode by themselves before one that does not. Its first may have begun in the chunk before. */
function linesBeforeFault(chunk: Uint8Array): number {
  let lines = 0
  for (let from = 0; from < chunk.length; ) {
    const end = chunk.indexOf(0x0a, from)
    const line = chunk.subarray(from, end === -1 ? chunk.length : end)
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(line)
    } catch {
      if (from > 0) return lines
    }
    if (end === -1) return lines
    lines++
    from = end + 1
  }
  return lines
}
