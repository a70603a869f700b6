import type { core } from 'zod'
import { Problem, type ProblemPlace } from '../contract/problem.ts'
import { sentence } from './json.ts'

type Issue = core.$ZodIssue

/** What the schema of a part of the request found in `data`, as the problem to answer. */
export function violation(part: string, data: unknown, issues: readonly Issue[]): Problem {
  const told = issues.flatMap((issue) => placesOf(issue).map((place) => orMissing(place, data)))
  if (part === 'param') return new Problem('NOT_FOUND', 'There is no such resource, or it is not yours.')
  if (part === 'json') {
    const errors = placed(told, (path, message) => ({ pointer: pointerTo(path), message }))
    return new Problem('INVALID_INPUT', sentence(errors[0]), { errors })
  }
  const kind = part === 'query' ? 'query parameter' : 'header'
  const errors = placed(told, (path, message) => ({ parameter: String(path[0] ?? ''), message }))
  const [first] = errors
  return new Problem('INVALID_REQUEST', `The ${kind} ${first?.parameter} ${first?.message}.`, { errors })
}

const mostPlaces = 100

/** One message for each place: the last, since zod asks for a safe integer before it asks for the bounds. */
function placed(told: readonly Place[], place: (path: readonly PropertyKey[], message: string) => ProblemPlace) {
  const found = new Map<string, ProblemPlace>()
  for (const [path, message] of told) found.set(pointerTo(path), place(path, message))
  return [...found.values()].slice(0, mostPlaces)
}

type Place = [path: readonly PropertyKey[], message: string]

function placesOf(issue: Issue): Place[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => [[...issue.path, key], 'is not known here; remove it, or compare its spelling'])
  }
  if (issue.code === 'invalid_union' && issue.errors[0]) {
    return issue.errors[0].flatMap((inner) => placesOf({ ...inner, path: [...issue.path, ...inner.path] }))
  }
  return [[issue.path, wordsFor(issue)]]
}

/** How to mend it: what the value must be. Never the value itself. */
function wordsFor(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeWords(issue.expected)}`
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`
    case 'too_small':
      return `must ${boundWords(issue.origin, 'at least', issue.minimum)}`
    case 'too_big':
      return `must ${boundWords(issue.origin, 'at most', issue.maximum)}`
    case 'invalid_format':
      return formatWords(issue.format, 'pattern' in issue ? issue.pattern : undefined)
    case 'invalid_key':
      return `has a name that is not allowed: ${issue.issues[0] ? wordsFor(issue.issues[0]) : 'change it'}`
    case 'custom':
      return issue.message.startsWith('Array items must be unique') ? 'is there twice; name each once' : issue.message
    default:
      return 'is not what the schema asks for'
  }
}

function orMissing([path, message]: Place, data: unknown): Place {
  const value = path.reduce<unknown>((at, key) => (isObject(at) ? Reflect.get(at, key) : undefined), data)
  return [path, value === undefined ? `is missing; it ${message}` : message]
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

const types: Record<string, string> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object',
}

function typeWords(expected: string): string {
  return types[expected] ?? expected
}

function boundWords(origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${bound} ${limit} characters`
  if (origin === 'array' || origin === 'set') return `have ${bound} ${limit} items`
  if (origin === 'object' || origin === 'record' || origin === 'map') return `have ${bound} ${limit} members`
  return `be ${bound} ${limit}`
}

function formatWords(format: string, pattern: string | undefined): string {
  if (format === 'date') return 'must be a day like 2017-12-31'
  if (format === 'datetime') return 'must be an instant like 2017-12-31T09:00:00Z (a + in a query is written %2B)'
  return pattern === undefined ? `must have the format ${format}` : `must match ${pattern}`
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
