import type { Caller } from '../../contract/implementation.ts'
import { Problem, type Violation } from '../../contract/problem.ts'
import type { PreparedOperation } from '../../database/schema/schedules.ts'
import type { Backend } from '../backend.ts'
import { scopeProblem } from '../policy/submit-scopes.ts'
import { sentence } from './body.ts'
import { checkItem, type Item } from './item.ts'
import { inputProblem, newOperation, submissionOf } from './submission.ts'
import { refusedUrl } from './webhook.ts'

export type Template = { type: string; operation: PreparedOperation; pathNames: string[] }

/** Fields of a submit that make no sense when it is repeated. */
const notHere = ['startAfter', 'dependsOn', 'dependencyPolicy']

/**
 * Checks the submit that a schedule repeats like a submit of now, and prepares it. The violations point into `/operation`. Throws `INVALID_INPUT`,
 * `UNSAFE_URL` or `INSUFFICIENT_SCOPE`.
 */
export async function templateOf(
  backend: Backend,
  given: Item,
  { caller, address }: { caller: Caller; address: string },
): Promise<Template> {
  const item = checkItem(given)
  if (Array.isArray(item)) throw invalid(item)
  const forbidden = scopeProblem(caller, item.type)
  if (forbidden) throw forbidden
  const excluded = notHere.filter((name) => Object.hasOwn(item.body, name))
  if (excluded.length > 0) {
    throw invalid(excluded.map((name) => ({ pointer: `/body/${name}`, message: 'is not possible here; remove it' })))
  }
  const submission = submissionOf(backend, { ...item, caller, address })
  const problem = await inputProblem(backend, submission)
  if (problem) throw inTemplate(problem)
  const { operationId, ownerId, createdBy, createdFrom, type, ...operation } = newOperation(backend, submission)
  return { type, operation, pathNames: Object.keys(item.path) }
}

/** The problem of a submit, with the places that it has in the request of a schedule. */
function inTemplate({ code, message, extra }: Problem): Problem {
  // The resource that the path names does not exist.
  if (code === 'NOT_FOUND') return invalid([{ pointer: '/path', message: message.replace(/\.$/, '') }])
  const errors = (extra.errors ?? []).map(({ pointer = '', message: text }) => ({
    pointer: `/body${pointer}`,
    message: text,
  }))
  return code === 'UNSAFE_URL' ? refusedUrl(prefixed(errors)) : invalid(errors)
}

const prefixed = (violations: readonly { pointer?: string; message: string }[]): Violation[] =>
  violations.map(({ pointer = '', message }) => ({ pointer: `/operation${pointer}`, message }))

function invalid(violations: readonly { pointer?: string; message: string }[]): Problem {
  const errors = prefixed(violations)
  return new Problem('INVALID_INPUT', sentence(errors[0]), { errors })
}
