import type { core } from 'zod'
import { storableYears } from '../../contract/document.ts'
import { excerpt, maxViolations, Problem, pointerTo, type Violation } from '../../contract/problem.ts'
import type { Route } from '../../contract/routes.ts'
import { sentence } from './body.ts'

/**
 * Checks what the library's parser of the query tolerates, or drops. Also the query of an operation that has no parameters, because it has
 * no validator.
 */
export function checkQuery(url: string, { query: schema, request }: Route) {
  const data = queryOf(url)
  if (request.query && !Object.hasOwn(data, '')) return
  const { error } = schema.safeParse(data)
  if (error) throw violationProblem({ target: 'query', data, error })
}

/** A list of operations takes 40, with both of its repeatable filters full. */
const maxParameters = 100

/**
 * The query parameters of a URL: a string, or a list for a repeated name. Throws `INVALID_REQUEST` for more than 100 parameters, and at
 * the first that is not percent-encoded UTF-8 (decoding them all could throw thousands of exceptions), and for values with NUL.
 */
function queryOf(url: string): Record<string, string | string[]> {
  const pairs = url.slice(url.indexOf('?') + 1).split('&', maxParameters + 1)
  if (pairs.length > maxParameters) {
    throw new Problem('INVALID_REQUEST', `A query may have ${maxParameters} parameters.`)
  }
  const found = new Map<string, string[]>()
  const withNul = new Set<string>()
  for (const pair of pairs.filter((text) => text !== '')) {
    const [name, value] = decodedPair(pair)
    if (value.includes('\u0000')) withNul.add(name)
    const values = found.get(name)
    if (values) values.push(value)
    else found.set(name, [value])
  }
  const query = Object.fromEntries(
    [...found].map(([name, [first = '', ...more]]) => [name, more.length ? [first, ...more] : first]),
  )
  if (withNul.size > 0) throw nulProblem(query, withNul)
  return query
}

function decodedPair(pair: string): [name: string, value: string] {
  const decode = (text: string) => decodeURIComponent(text.replaceAll('+', ' '))
  const end = pair.includes('=') ? pair.indexOf('=') : pair.length
  const name = pair.slice(0, end)
  try {
    return [decode(name), decode(pair.slice(end + 1))]
  } catch {
    const message = 'must be percent-encoded UTF-8'
    const parameter = excerpt(name)
    throw new Problem('INVALID_REQUEST', `The query parameter ${parameter} ${message}.`, {
      errors: [{ parameter, message }],
    })
  }
}

function nulProblem(data: unknown, names: ReadonlySet<string>): Problem {
  const message = 'must not contain the character NUL'
  const issues = [...names].map((name) => ({ code: 'custom' as const, path: [name], message }))
  return violationProblem({ target: 'query', data, error: { issues } })
}

type Issue = core.$ZodIssue

type Rejected = { target: string; data?: unknown; error: { issues: readonly Issue[] } }

/** The problem for what the schema of a part (`target`) found in `data`. */
export function violationProblem({ target, data, error: { issues } }: Rejected): Problem {
  if (target === 'param') return new Problem('NOT_FOUND', 'There is no such resource, or it is not yours.')
  if (target === 'json') {
    const errors = violationsOf(issues, data, (path, message) => ({ pointer: pointerTo(path), message }))
    return new Problem('INVALID_INPUT', sentence(errors[0]), { errors })
  }
  const kind = target === 'query' ? 'query parameter' : 'header'
  const errors = violationsOf(issues, data, (path, message) => ({ parameter: excerpt(String(path[0] ?? '')), message }))
  const [first] = errors
  return new Problem('INVALID_REQUEST', `The ${kind} ${first?.parameter} ${first?.message}.`, { errors })
}

/**
 * One violation for each of the first 100 places: the last issue of a place, because zod checks for a safe integer before it checks the
 * bounds. Names that are equal after they were cut are one place.
 */
function violationsOf(
  issues: readonly Issue[],
  data: unknown,
  violation: (path: readonly PropertyKey[], message: string) => Violation,
) {
  const found = new Map<string, Violation>()
  for (const issue of issues) {
    for (const [path, message] of messagesOf(issue)) {
      const value = path.reduce<unknown>((at, key) => (isObject(at) ? Reflect.get(at, key) : undefined), data)
      const text = value === undefined ? `is missing; it ${message}` : message
      found.set(pointerTo(path), violation(path, text))
      if (found.size === maxViolations) return [...found.values()]
    }
  }
  return [...found.values()]
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function messagesOf(issue: Issue): [path: readonly PropertyKey[], message: string][] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => [[...issue.path, key], 'is not a known field; remove it or check its spelling'])
  }
  if (issue.code === 'invalid_union' && issue.errors[0]) {
    return issue.errors[0].flatMap((inner) => messagesOf({ ...inner, path: [...issue.path, ...inner.path] }))
  }
  return [[issue.path, messageOf(issue)]]
}

/** What the value must be. Never the value itself. */
function messageOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeNames[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`
    case 'too_small':
      return `must ${boundOf(issue.origin, 'at least', issue.minimum)}`
    case 'too_big':
      return `must ${boundOf(issue.origin, 'at most', issue.maximum)}`
    case 'invalid_format':
      return formatOf(issue.format, 'pattern' in issue ? issue.pattern : undefined)
    case 'invalid_key':
      return `has a name that is not allowed: ${issue.issues[0] ? messageOf(issue.issues[0]) : 'change it'}`
    case 'custom':
      return issue.message.startsWith('Array items must be unique')
        ? 'has an item twice; send each once'
        : issue.message
    default:
      return 'does not match the schema'
  }
}

const typeNames: Record<string, string> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object',
}

function boundOf(origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${bound} ${limit} characters`
  if (origin === 'array' || origin === 'set') return `have ${bound} ${limit} items`
  if (origin === 'object' || origin === 'record' || origin === 'map') return `have ${bound} ${limit} members`
  return `be ${bound} ${limit}`
}

function formatOf(format: string, pattern: string | undefined): string {
  if (format === 'date') return 'must be a date like 2017-12-31'
  if (format === 'datetime') return 'must be a date-time like 2017-12-31T09:00:00Z (in a query, write + as %2B)'
  if (Object.values(storableYears).some((years) => pattern?.includes(years)))
    return 'must be in the years 0001 to 9999 (UTC)'
  return pattern === undefined ? `must have the format ${format}` : `must match ${pattern}`
}
