import type { core } from 'zod'
import { storableYears } from '../../contract/document.ts'
import type { RequestName } from '../../contract/request-names.ts'

export type Issue = core.$ZodIssue

/** What the value must be. Never the value itself. `known`: what the spec says about it. */
export function messageOf(issue: Issue, known?: RequestName): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeOf(issue.expected, known)}`
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`
    case 'too_small':
      return `must ${boundOf(issue.origin, 'at least', issue.minimum)}`
    case 'too_big':
      return `must ${boundOf(issue.origin, 'at most', issue.maximum)}`
    case 'invalid_format':
      return formatOf(issue.format, 'pattern' in issue ? issue.pattern : undefined, known)
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

function typeOf(expected: string, known: RequestName | undefined): string {
  const { type, minimum, maximum, required } = known?.schema ?? {}
  const name = (type === 'integer' ? typeNames.int : typeNames[expected]) ?? expected
  // Of an array, for its items.
  if (type === 'array' && expected !== 'array') return name
  if (typeof minimum === 'number' && typeof maximum === 'number') return `${name} from ${minimum} to ${maximum}`
  if (Array.isArray(required)) return `${name} with ${required.map((field) => `\`${field}\``).join(', ')}`
  return name
}

function boundOf(origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${bound} ${limit} characters`
  if (origin === 'array' || origin === 'set') return `have ${bound} ${limit} items`
  if (origin === 'object' || origin === 'record' || origin === 'map') return `have ${bound} ${limit} members`
  return `be ${bound} ${limit}`
}

function formatOf(format: string, pattern: string | undefined, known: RequestName | undefined): string {
  if (format === 'date') return 'must be a date like 2017-12-31'
  if (format === 'datetime') return 'must be a date-time like 2017-12-31T09:00:00Z (in a query, write + as %2B)'
  if (Object.values(storableYears).some((years) => pattern?.includes(years)))
    return 'must be in the years 0001 to 9999 (UTC)'
  const example = known?.example === undefined ? '' : `, for example ${known.example}`
  return (
    (pattern === undefined
      ? `must have the format ${format}`
      : `must match ${pattern.replace(/^\/(.*)\/u?$/s, '$1')}`) + example
  )
}
