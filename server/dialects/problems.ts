import type { WireOperation } from '../contract/present/operation.ts'
import { Problem, type ProblemDocument, type Violation } from '../contract/problem.ts'

/** The dialect's name for each field of the contract that it names otherwise. Names inside of objects are separated by dots. */
export type Names = Readonly<Record<string, string>>

/** The problem with the dialect's names of fields. */
export function renamed(problem: Problem, names: Names): Problem {
  const pattern = new RegExp(`\\b(?:${Object.keys(names).join('|').replaceAll('.', '\\.')})\\b`, 'g')
  const rename = (text: string) => text.replaceAll(pattern, (name) => names[name] ?? name)
  const errors = problem.extra.errors?.map(({ pointer, message, ...rest }) => ({
    ...rest,
    ...(pointer === undefined ? {} : { pointer: `/${rename(dotted(pointer)).replaceAll('.', '/')}` }),
    message: rename(message),
  }))
  const { extra, headers, cause } = problem
  return new Problem(problem.code, rename(problem.message), { ...extra, ...(errors ? { errors } : {}), headers, cause })
}

/** A deleted operation as an unknown one, for dialects that have no 410. */
export function withoutGone(problem: Problem): Problem {
  return problem.code === 'OPERATION_EXPIRED' ? new Problem('OPERATION_NOT_FOUND', problem.message) : problem
}

/** The violations of a problem, as dialects without JSON Pointers name them. */
export function fieldErrors({ errors }: Pick<ProblemDocument, 'errors'>) {
  return errors
    ? { errors: errors.map((violation) => ({ field: fieldOf(violation), message: violation.message })) }
    : {}
}

/** The name of what violates its schema, as dialects without JSON Pointers have it. */
export function fieldOf({ pointer, parameter }: Violation): string {
  return parameter ?? dotted(pointer ?? '')
}

/** `/dateRange/toDate` as `dateRange.toDate`. */
function dotted(pointer: string): string {
  const names = pointer.split('/').slice(1)
  return names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~')).join('.')
}

/** Why a cancelled operation has no result, for dialects in which a cancelled operation has an error. */
export function cancelledDetail({ reason }: Pick<WireOperation, 'reason'>): string {
  return `The operation was cancelled${reason === undefined ? '' : `: ${reason}`}.`
}
