/** A line that is longer is passed on in parts, so that memory stays constant. */
const longestLine = 2_000_000

/**
 * The text of a CSV in chunks, the first one of at least `least` characters, with two repairs that a CSV parser cannot do: a byte order mark at
 * the start of a line, as in concatenated files, is dropped, and `="00123"`, by which spreadsheets keep text, is quoted.
 */
export async function* repairedText(text: AsyncIterable<string>, least: number): AsyncGenerator<string, void, void> {
  let held = ''
  let needed = least
  let before = '\n'
  for await (const part of text) {
    // Joining strings costs as much as parsing them, so that a rest is held only where it may begin a formula.
    const chunk = held === '' ? part : held + part
    const end = chunk.length < needed ? 0 : endOf(chunk)
    held = chunk.slice(end)
    if (end === 0) continue
    needed = 0
    yield repaired(end === chunk.length ? chunk : chunk.slice(0, end), before)
    before = chunk.charAt(end - 1)
  }
  if (held !== '') yield repaired(held, before)
}

/** The end of the last line if a formula may follow it, or of the chunk. */
function endOf(chunk: string): number {
  const end = chunk.lastIndexOf('\n') + 1 || chunk.lastIndexOf('\r') + 1
  return chunk.length - end < longestLine && chunk.includes('=', end) ? end : chunk.length
}

/** `before`: the character in front of the text. */
function repaired(text: string, before: string): string {
  const unmarked = text.includes('\ufeff') ? withoutMarks(text, before) : text
  if (!unmarked.includes('="')) return unmarked
  return unmarked.replace(/[,;\t|]/.test(before) || isLineEnd(before) ? formulas : laterFormulas, '"=""$1"""')
}

const isLineEnd = (letter: string) => letter === '\n' || letter === '\r'

function withoutMarks(text: string, before: string): string {
  const later = text.replace(/([\r\n])\ufeff+/g, '$1')
  return isLineEnd(before) ? later.replace(/^\ufeff+/, '') : later
}

// Between separators a formula is complete; a quoted cell has its quotes doubled and so does not match.
const laterFormulas = /(?<=[,;\t|\r\n])="([^",;\t|\r\n]+)"(?=[,;\t|\r\n]|$)/g
const formulas = new RegExp(laterFormulas.source.replace('(?<=', '(?<=^|'), 'g')
