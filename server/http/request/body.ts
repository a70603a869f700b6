import type { BodyLimit } from '../../contract/document.ts'
import { excerpt, maxViolations, Problem, pointerTo, type Violation } from '../../contract/problem.ts'
import type { Route } from '../../contract/routes.ts'
import type { RequestContext } from '../exchange.ts'
import { bodyOf, chunksWithTimeout, type Incoming, readWithTimeout } from '../timeouts.ts'
import { sendContinue } from './unread-body.ts'

/**
 * The bytes of a JSON body, `{}` if an optional body is missing; undefined for any other body, which is left to be streamed. Throws for
 * other media types and compressed bodies (415), and for JSON that is too large (413) or missing (400).
 */
export async function receiveBody(c: RequestContext, route: Route): Promise<Uint8Array | undefined> {
  const type = c.req.header('content-type')
  const isJson = route.bodyTypes.includes(jsonType)
  // Proxies send an empty body as chunks, so a chunked one is empty or not once it has arrived.
  const isChunked = c.req.header('transfer-encoding') !== undefined
  const chunked =
    isJson && isChunked && (type === undefined || !route.bodyRequired) ? await readJson(c, route) : undefined
  // RFC 9112 §6.3: without either header a request has no body.
  const empty = isChunked ? chunked?.length === 0 : Number(c.req.header('content-length') ?? 0) === 0
  if (empty && isJson && !route.bodyRequired) return missing
  const encoding = c.req.header('content-encoding')
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', 'The body is compressed. Send it without Content-Encoding.')
  }
  const accepted = route.bodyTypes.join(' or ')
  if (type === undefined && empty) throw new Problem('INVALID_REQUEST', `The body is missing. Send ${accepted}.`)
  if (!route.bodyTypes.includes(mediaTypeOf(type)) || !(isJson ? utf8Names : unicodeNames).test(charsetOf(type))) {
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', `Send ${accepted}, in ${isJson ? 'UTF-8' : 'UTF-8 or UTF-16'}.`)
  }
  if (!isJson) return undefined
  return chunked ?? readJson(c, route)
}

function readJson(c: RequestContext, { bodyLimit }: Route): Promise<Uint8Array> {
  return readWithTimeout(c.env, readAll(c.req.raw, c.env, bodyLimit))
}

const jsonType = 'application/json'
const missing = Buffer.from('{}')

/**
 * Gives the value of a JSON body to the library's validator. Throws for JSON that is too large (413) or invalid (400, 422). The library accepts
 * fewer spellings of the media type, and requires it, so it is replaced.
 */
export function acceptJson({ req }: RequestContext, bytes: Uint8Array, { bodyLimit }: Route) {
  checkSize(bytes, bodyLimit)
  const value = parseJson(decode(bytes))
  if (req.header('content-type') !== jsonType) req.raw.headers.set('content-type', jsonType)
  req.json = (async () => value) as typeof req.json
}

/** A body that is not JSON (`RawBody`). */
export function rawBodyOf(c: RequestContext) {
  const length = c.req.header('content-length')
  return {
    mediaType: mediaTypeOf(c.req.header('content-type')),
    ...(length === undefined ? {} : { declaredBytes: Number(length) }),
    stream: chunksWithTimeout(c.env),
  }
}

export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}

const utf8Names = /^(utf-?8|us-ascii)$/i
/** A file shows its encoding itself. */
const unicodeNames = /^(utf-?8|us-ascii|utf-?16(le|be)?)$/i

function charsetOf(contentType: string | undefined): string {
  return /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8'
}

/** The listener ends a body at its declared length; a chunked body is counted as it is read. */
async function readAll(request: Request, incoming: Incoming, { bytes: maxBytes }: BodyLimit): Promise<Uint8Array> {
  const tooLarge = () =>
    new Problem('CONTENT_TOO_LARGE', `The JSON body of this request may have ${maxBytes.toLocaleString('en')} bytes.`)
  const declared = request.headers.get('content-length')
  if (Number(declared ?? 0) > maxBytes) throw tooLarge()
  sendContinue(incoming)
  try {
    // A fifth of the work of reading `body`, since the listener creates no stream for it.
    if (declared !== null) return new Uint8Array(await request.arrayBuffer())
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of bodyOf(incoming)) {
      size += chunk.byteLength
      if (size > maxBytes) throw tooLarge()
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem('INVALID_REQUEST', 'The body ended early. Send the request again.', { cause: error })
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    throw new Problem('INVALID_REQUEST', 'The body is not UTF-8.', { cause: error })
  }
}

/** JSON.parse and the validator are recursive. */
const maxDepth = 64

/** Of one object. Each name costs more than a value, and no schema of the contract has nearly as many. */
const maxMembers = 250

const quote = 0x22
const backslash = 0x5c

/**
 * Counts the values of a JSON text before any of them is allocated: parsing and validating one takes up to 10 µs. Throws
 * `CONTENT_TOO_LARGE` above the limit or for an object with too many members, and `INVALID_REQUEST` above 64 levels. Does not check the syntax.
 */
function checkSize(text: Uint8Array, { values: maxValues }: BodyLimit) {
  let depth = 0
  let values = 1
  let justOpened = false
  /** The members so far of each open object; of an open array, minus infinity. */
  const members: number[] = []
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at] as number) {
      case 0x20:
      case 0x09:
      case 0x0a:
      case 0x0d:
        continue
      case 0x5b: // [
      case 0x7b: // {
        depth += 1
        if (depth > maxDepth) throw malformed(`The body nests deeper than ${maxDepth} levels.`)
        if (justOpened) values += 1
        members[depth] = text[at] === 0x7b ? 1 : Number.NEGATIVE_INFINITY
        justOpened = true
        continue
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1
        justOpened = false
        continue
      case 0x2c: // ,
        values += 1
        members[depth] = (members[depth] ?? 0) + 1
        if ((members[depth] ?? 0) > maxMembers) throw tooManyMembers()
        break
      case quote:
        at = endOfString(text, at)
        break
      default:
    }
    // The first member of an object or array; the others follow a comma.
    if (justOpened) values += 1
    justOpened = false
    if (values > maxValues) throw tooManyValues(maxValues)
  }
}

/** The index of the closing quote, or the end of the text. */
function endOfString(text: Uint8Array, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === quote) return at
    if (text[at] === backslash) at += 1
  }
  return text.length
}

function tooManyValues(maxValues: number): Problem {
  const detail = `The JSON body of this request may have ${maxValues.toLocaleString('en')} values: objects, arrays, strings, numbers, true, false and null.`
  return new Problem('CONTENT_TOO_LARGE', detail)
}

function tooManyMembers(): Problem {
  return new Problem('CONTENT_TOO_LARGE', `An object in the JSON body may have ${maxMembers} names.`)
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g

/**
 * Parses JSON. Throws `INVALID_REQUEST` for syntax errors and duplicate names, and `INVALID_INPUT`, with the first 100 violations, for
 * what `JSON.parse` reads differently than written (`__proto__`, numbers that lose digits) or no database column can store. The caller has
 * limited size and nesting.
 */
export function parseJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw malformed(
      error instanceof SyntaxError ? `The body is not JSON: ${withoutQuote(error.message)}.` : 'Not JSON.',
    )
  }
  const errors: Violation[] = []
  /** The path to the token: for each open object or array the current key, and the names of the object so far. */
  const open: { names?: Set<string>; key: string | number }[] = []
  let name: string | undefined
  const report = (message: string | undefined) => {
    if (message) errors.push({ pointer: pointerTo(open.map(({ key }) => key)), message })
  }
  for (const [token] of text.matchAll(tokens)) {
    if (errors.length === maxViolations) break
    const inside = open.at(-1)
    if (token === '{' || token === '[') {
      open.push(token === '{' ? { names: new Set(), key: '' } : { key: 0 })
      name = undefined
    } else if (token === '}' || token === ']') {
      open.pop()
    } else if (token === ',') {
      if (inside && typeof inside.key === 'number') inside.key += 1
      name = undefined
    } else if (inside?.names && name === undefined) {
      name = JSON.parse(token) as string
      if (inside.names.has(name)) {
        throw malformed(`An object has the name ${JSON.stringify(excerpt(name))} twice.`)
      }
      inside.names.add(name)
      inside.key = name
      report(name === '__proto__' ? 'is not allowed as a name; remove it' : violationOfToken(token))
    } else if (token !== ':') {
      report(violationOfToken(token))
    }
  }
  if (errors.length > 0) throw new Problem('INVALID_INPUT', sentence(errors[0]), { errors })
  return value
}

/** What is wrong with a string or a number; undefined if nothing is. */
function violationOfToken(token: string): string | undefined {
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

/** V8's messages end with a quotation of the body, which is left out. */
function withoutQuote(message: string): string {
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

/** A violation as a sentence, for `detail`. */
export function sentence({ pointer, parameter, message }: Violation = { message: '' }): string {
  const where = parameter ?? (pointer ? pointer.slice(1).replaceAll('/', '.') : 'The body')
  return `${where}: ${message}.`
}
