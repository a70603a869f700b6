import { unreadable } from './unreadable.ts'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/** The number of bytes that `encodingOf` needs. */
export const signatureBytes = 8

const signatures: [number[], string][] = [
  [[0x1f, 0x8b], 'a gzip archive: decompress it before the upload'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'a Zstandard archive: decompress it before the upload'],
  [[0x42, 0x5a, 0x68], 'a bzip2 archive: decompress it before the upload'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'an xz archive: decompress it before the upload'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'a 7z archive: decompress it before the upload'],
  [[0x50, 0x4b, 0x03, 0x04], 'a ZIP archive or a spreadsheet: save it as CSV UTF-8'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old spreadsheet: save it as CSV UTF-8'],
  [[0x7b, 0x5c, 0x72, 0x74, 0x66], 'an RTF document: save it as CSV UTF-8'],
  [[0x50, 0x41, 0x52, 0x31], 'a Parquet file: upload CSV or NDJSON'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF: upload CSV or NDJSON'],
]

/** The encoding by the first bytes of a file. Throws for a file of another format. */
export function encodingOf(first: Uint8Array): Encoding {
  for (const [signature, format] of signatures) {
    if (startsWith(first, signature)) throw unreadable('INVALID_FILE', `The file is ${format}.`)
  }
  const zeros = [0, 1, 2, 3].filter((index) => first[index] === 0).length
  if (zeros === 3 || startsWith(first, [0xff, 0xfe, 0, 0]) || startsWith(first, [0, 0, 0xfe, 0xff])) {
    throw unreadable('INVALID_ENCODING', 'Line 1: the file is UTF-32: save it in UTF-8 (in Excel: save as CSV UTF-8).')
  }
  if (startsWith(first, [0xff, 0xfe])) return 'utf-16le'
  if (startsWith(first, [0xfe, 0xff])) return 'utf-16be'
  // Without a byte order mark: an ASCII character in UTF-16 has one zero byte, and UTF-8 text has none.
  if (first.length > 1 && (first[0] === 0) !== (first[1] === 0)) return first[0] === 0 ? 'utf-16be' : 'utf-16le'
  return 'utf-8'
}

const startsWith = (bytes: Uint8Array, signature: number[]) =>
  signature.length <= bytes.length && signature.every((byte, index) => bytes[index] === byte)

/** The text of `chunk` before the byte that does not decode. `offset`: the number of the file's bytes before the chunk. */
export function textBeforeError(chunk: Uint8Array, encoding: Encoding, offset: number): string {
  // Skips the rest of a character that the previous chunk began.
  let from = encoding === 'utf-8' ? 0 : offset % 2
  if (encoding === 'utf-8') while (from < 3 && ((chunk[from] ?? 0) & 0xc0) === 0x80) from++
  const decoded = (end: number) => {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(chunk.subarray(from, end), { stream: true })
    } catch {
      return undefined
    }
  }
  let [valid, invalid] = [from, chunk.length]
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1
    if (decoded(middle) === undefined) invalid = middle
    else valid = middle
  }
  return decoded(valid) ?? ''
}
