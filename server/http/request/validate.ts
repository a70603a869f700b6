import { excerpt, maxViolations, Problem, pointerTo, type Violation } from '../../contract/problem.ts'
import type { RequestName } from '../../contract/request-names.ts'
import type { Route } from '../../contract/routes.ts'
import { sentence } from './body.ts'
import { type Issue, messageOf } from './messages.ts'
import { rightName } from './right-names.ts'

/**
 * Checks what the library's parser of the query tolerates, or drops. Also the query of an operation that has no parameters, because it has
 * no validator.
 */
export function checkQuery(url: string, { query: schema, request, names }: Route) {
  const data = queryOf(url)
  if (request.query && !Object.hasOwn(data, '')) return
  const { error } = schema.safeParse(data)
  if (error) throw violationProblem({ target: 'query', data, error }, names)
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
    throw new Problem('INVALID_REQUEST', `The query parameter ${parameter || 'without a name'} ${message}.`, {
      errors: [{ parameter, message }],
    })
  }
}

function nulProblem(data: unknown, names: ReadonlySet<string>): Problem {
  const message = 'must not contain the character NUL'
  const issues = [...names].map((name) => ({ code: 'custom' as const, path: [name], message }))
  return violationProblem({ target: 'query', data, error: { issues } })
}

type Rejected = { target: string; data?: unknown; error: { issues: readonly Issue[] } }

type Part = { place: 'body' | 'query' | 'header'; data: unknown; names: readonly RequestName[] }

/** The problem for what the schema of a part (`target`) found in `data`. `names`: what the request may have. */
export function violationProblem(
  { target, data, error: { issues } }: Rejected,
  names: readonly RequestName[] = [],
): Problem {
  if (target === 'param') return pathProblem(issues)
  if (target === 'json') {
    const errors = bodyViolations({ data, error: { issues } }, names)
    return new Problem('INVALID_INPUT', sentence(errors[0]), { errors })
  }
  const part = { place: target === 'query' ? 'query' : 'header', data, names } as const
  const errors = violationsOf(issues, part, (path, message) => ({
    parameter: excerpt(nameOf(path, part)?.name ?? String(path[0] ?? '')),
    message,
  }))
  const [first] = errors
  const kind = part.place === 'query' ? 'query parameter' : 'header'
  return new Problem('INVALID_REQUEST', `The ${kind} ${first?.parameter || 'without a name'} ${first?.message}.`, {
    errors,
  })
}

/** Malformed ids are like unknown ones. The names of a list are in the spec, so the error lists them. */
function pathProblem(issues: readonly Issue[]): Problem {
  const listed = issues.find(({ code }) => code === 'invalid_value')
  return new Problem(
    'NOT_FOUND',
    listed
      ? sentence({ parameter: String(listed.path[0]), message: messageOf(listed) })
      : 'There is no such resource, or it is not yours.',
  )
}

/** What the schema of a body found in `data`. `prefix`: the place of this body in a larger one. */
export function bodyViolations(
  { data, error: { issues } }: Omit<Rejected, 'target'>,
  names: readonly RequestName[],
  prefix: readonly PropertyKey[] = [],
): Violation[] {
  const part = { place: 'body', data, names } as const
  return violationsOf(issues, part, (path, message) => ({ pointer: pointerTo([...prefix, ...path]), message }))
}

/**
 * One violation for each of the first 100 places: the last issue of a place, because zod checks for a safe integer before it checks the
 * bounds. Names that are equal after they were cut are one place.
 */
function violationsOf(
  issues: readonly Issue[],
  part: Part,
  violation: (path: readonly PropertyKey[], message: string) => Violation,
) {
  const found = new Map<string, Violation>()
  for (const issue of issues) {
    for (const [path, message] of messagesOf(issue, part)) {
      const text = valueAt(path, part) === undefined ? `is missing; it ${message}` : message
      found.set(pointerTo(path), violation(path, text))
      if (found.size === maxViolations) return [...found.values()]
    }
  }
  return [...found.values()]
}

/** What was sent. A parameter that may be repeated is a list only if it was repeated. */
function valueAt(path: readonly PropertyKey[], { place, data }: Part): unknown {
  const keys = place === 'body' ? path : path.slice(0, 1)
  return keys.reduce<unknown>((at, key) => (isObject(at) ? Reflect.get(at, key) : undefined), data)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** The name in the spec of what is at a path: of an array, for its items. */
function nameOf(path: readonly PropertyKey[], { place, names }: Part): RequestName | undefined {
  const name = path.filter((key) => typeof key === 'string').join('.')
  const isHere = (known: RequestName) => (place === 'header' ? known.name.toLowerCase() : known.name) === name
  return names.find((known) => known.place === place && isHere(known))
}

function messagesOf(issue: Issue, part: Part): [path: readonly PropertyKey[], message: string][] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key]
      return [path, rightName(path.map(String).join('.'), part.place, part.names)]
    })
  }
  if (issue.code === 'invalid_union' && issue.errors[0]) {
    return issue.errors[0].flatMap((inner) => messagesOf({ ...inner, path: [...issue.path, ...inner.path] }, part))
  }
  const known = nameOf(issue.path, part)
  if (part.place === 'body') return [[issue.path, messageOf(issue, known)]]
  const sent = valueAt(issue.path, part)
  const isList = known?.schema.type === 'array'
  if (Array.isArray(sent) && !isList) return [[issue.path, 'is repeated; send it once']]
  const isJoined = isList && [sent].flat().some((text) => String(text).includes(','))
  const message = messageOf(issue, known)
  return [[issue.path, isJoined ? `${message}; for several values repeat the parameter` : message]]
}
