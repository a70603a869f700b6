import { type Encoding, encodingOf, signatureBytes, textBeforeError } from './encoding.ts'
import { unreadable } from './unreadable.ts'

/**
 * Decodes a file strictly: UTF-8, or UTF-16 if its first bytes show it. Drops the byte order mark and the Ctrl-Z with which DOS programs end a
 * file. Throws `INVALID_FILE` or `INVALID_ENCODING` with the line.
 */
export async function* strictText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  let held = ''
  for await (const text of decoded(chunks)) {
    const whole = held + text
    const end = endOfText(whole)
    held = whole.slice(end)
    if (end > 0) yield held === '' ? whole : whole.slice(0, end)
  }
}

async function* decoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  let decode: ReturnType<typeof strictDecoder> | undefined
  const lines = new LineCounter()
  for await (const chunk of withSignature(chunks)) {
    decode ??= strictDecoder(encodingOf(chunk), lines)
    const text = decode(chunk)
    const nul = text.indexOf('\0')
    if (nul !== -1) {
      lines.add(text.slice(0, nul))
      throw unreadable('INVALID_FILE', `Line ${lines.line}: the file contains NUL characters, so it is not text.`)
    }
    lines.add(text)
    yield text
  }
  decode?.()
}

/** Decodes chunk by chunk; without a chunk, checks that the file has ended with a whole character. */
function strictDecoder(encoding: Encoding, lines: LineCounter) {
  const decoder = new TextDecoder(encoding, { fatal: true })
  let offset = 0
  return (chunk?: Uint8Array) => {
    try {
      const text = chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
      offset += chunk?.length ?? 0
      return text
    } catch (error) {
      if (chunk) lines.add(textBeforeError(chunk, encoding, offset))
      throw unreadable('INVALID_ENCODING', `Line ${lines.line}: ${undecodable(encoding)}`, error)
    }
  }
}

const undecodable = (encoding: Encoding) =>
  encoding === 'utf-8'
    ? 'the file is not UTF-8 from here on, but perhaps Windows-1252: save it in UTF-8 (in Excel: save as CSV UTF-8).'
    : 'the file is UTF-16 with an incomplete character here: save it in UTF-8 (in Excel: save as CSV UTF-8).'

/** The same bytes, the first chunk long enough to show the encoding. */
async function* withSignature(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let first: Uint8Array | undefined = new Uint8Array()
  for await (const chunk of chunks) {
    if (!first) {
      yield chunk
      continue
    }
    first = first.length === 0 ? chunk : Buffer.concat([first, chunk])
    if (first.length < signatureBytes) continue
    yield first
    first = undefined
  }
  if (first && first.length > 0) yield first
}

const [lineFeed, carriageReturn, controlZ] = [0x0a, 0x0d, 0x1a]

/** Where the text ends if this is the end of the file: before Ctrl-Z and the line ends around it. */
function endOfText(text: string): number {
  let end = text.length
  for (let at = end - 1; at >= 0; at--) {
    const code = text.charCodeAt(at)
    if (code === controlZ) end = at
    else if (code !== lineFeed && code !== carriageReturn) break
  }
  return end
}

/** Counts line ends: LF, CR LF and CR. */
class LineCounter {
  line = 1
  #afterReturn = false

  add(text: string) {
    if (text === '') return
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.line++
    // A CR counts unless LF follows it, perhaps in the next text.
    if (this.#afterReturn && !text.startsWith('\n')) this.line++
    for (let at = text.indexOf('\r'); at !== -1; at = text.indexOf('\r', at + 1)) {
      if (at + 1 < text.length && text[at + 1] !== '\n') this.line++
    }
    this.#afterReturn = text.endsWith('\r')
  }
}
