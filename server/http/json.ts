import { Problem, type ProblemPlace } from '../contract/problem.ts'

/** How deep a body may nest: what validates it is recursive. */
const deepest = 64

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g

/**
 * Reads JSON, and refuses what `JSON.parse` reads otherwise than it was written, or lets through: syntax errors, nesting beyond 64 levels and
 * duplicate names (400); `__proto__`, numbers that lose digits, text that no database column takes (422). Throws a `Problem`.
 */
export function parseJson(text: string): unknown {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (error) {
    throw malformed(error instanceof SyntaxError ? `The body is not JSON: ${plain(error.message)}.` : 'Not JSON.')
  }
  const places: ProblemPlace[] = []
  /** One entry for each open object or array: where in it we are, and the names seen. */
  const open: { names?: Set<string>; key: string | number }[] = []
  let name: string | undefined
  const pointer = () => open.map(({ key }) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  for (const [token] of text.matchAll(tokens)) {
    const inside = open.at(-1)
    if (token === '{' || token === '[') {
      open.push(token === '{' ? { names: new Set(), key: '' } : { key: 0 })
      name = undefined
      if (open.length > deepest) throw malformed(`The body nests deeper than ${deepest} levels.`)
    } else if (token === '}' || token === ']') {
      open.pop()
    } else if (token === ',') {
      if (inside && typeof inside.key === 'number') inside.key += 1
      name = undefined
    } else if (inside?.names && name === undefined) {
      name = JSON.parse(token) as string
      if (inside.names.has(name)) throw malformed(`The name ${JSON.stringify(name)} is there twice in one object.`)
      inside.names.add(name)
      inside.key = name
      const message = name === '__proto__' ? 'is not a name that is allowed; remove it' : flawOf(token)
      if (message) places.push({ pointer: pointer().toWellFormed(), message })
    } else if (token !== ':') {
      const message = flawOf(token)
      if (message) places.push({ pointer: pointer().toWellFormed(), message })
    }
  }
  if (places.length > 0) throw new Problem('INVALID_INPUT', sentence(places[0]), { errors: places.slice(0, 100) })
  return read
}

/** What is wrong with a string or a number, if anything. */
function flawOf(token: string): string | undefined {
  if (token.startsWith('"')) {
    if (!/\\u|[\ud800-\udfff]/i.test(token)) return undefined
    const text = JSON.parse(token) as string
    if (text.includes('\u0000')) return 'must not contain the character NUL (\\u0000)'
    return text.isWellFormed() ? undefined : 'must not contain half of a surrogate pair'
  }
  if (!/^[-\d]/.test(token)) return undefined
  const value = Number(token)
  if (!Number.isFinite(value)) return 'must be a number that fits 64 bits'
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return 'must lie between -(2^53-1) and 2^53-1'
  return undefined
}

/** V8 says where and what, and then quotes the body; the quotation stays out. */
function plain(message: string): string {
  return message
    .replace(/^JSON\.parse: /, '')
    .replace(/, "?[\s\S]*"? is not valid JSON$/, '')
    .replace(/ in JSON/, '')
}

function malformed(detail: string): Problem {
  return new Problem('INVALID_REQUEST', detail, {
    errors: [{ pointer: '', message: 'send well-formed JSON (RFC 8259)' }],
  })
}

/** A place as a sentence, for `detail`. */
export function sentence({ pointer, parameter, message }: ProblemPlace = { message: '' }): string {
  const where = parameter ?? (pointer ? pointer.slice(1).replaceAll('/', '.') : 'The body')
  return `${where}: ${message}.`
}
