import { OperationError } from '../define.ts'

/** The error for a file that cannot be parsed. `detail` states the location and how to fix it. */
export function unreadable(code: 'INVALID_FILE' | 'INVALID_ENCODING', detail: string, cause?: unknown): OperationError {
  return new OperationError(code, detail, { errors: [{ pointer: '/uploadId', message: detail }], cause })
}

const signatures: [number[], string][] = [
  [[0x1f, 0x8b], 'a gzip archive: decompress it before the upload'],
  [[0x50, 0x4b, 0x03, 0x04], 'a ZIP archive or a spreadsheet: save it as CSV in UTF-8'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old spreadsheet: save it as CSV in UTF-8'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF: upload CSV or NDJSON'],
]

/** Decodes strict UTF-8 and drops a byte order mark. Throws `INVALID_FILE` or `INVALID_ENCODING` with the line. */
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
      throw unreadable('INVALID_FILE', `Line ${line}: the file contains NUL characters, so it is not text.`)
    }
    lines += lineFeedsIn(text)
    yield text
  }
  decode(decoder, new Uint8Array(), lines, false)
}

function refuseBinary(chunk: Uint8Array) {
  for (const [signature, format] of signatures) {
    if (signature.every((byte, index) => chunk[index] === byte)) {
      throw unreadable('INVALID_FILE', `The file is ${format}.`)
    }
  }
  const hasUtf16Mark = (chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff)
  // Without a byte order mark: an ASCII character in UTF-16 has one zero byte.
  const looksLikeUtf16 = chunk.length > 1 && (chunk[0] === 0) !== (chunk[1] === 0)
  if (hasUtf16Mark || looksLikeUtf16)
    throw unreadable('INVALID_ENCODING', 'Line 1: the file is UTF-16: save it in UTF-8.')
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array, lines: number, stream: boolean): string {
  try {
    return decoder.decode(chunk, { stream })
  } catch (error) {
    const line = lines + linesBeforeError(chunk)
    throw unreadable('INVALID_ENCODING', `Line ${line}: the file is not UTF-8 from here on: save it in UTF-8.`, error)
  }
}

/** The number of lines before the one that does not decode. The first and the last line of a chunk may be incomplete. */
function linesBeforeError(chunk: Uint8Array): number {
  let from = 0
  // Skips the rest of a character that the previous chunk started. If that character is invalid, it is in the first line.
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
