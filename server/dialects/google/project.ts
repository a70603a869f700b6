import type { components } from '../../../generated/dialects/google.ts'
import type { WireOperation } from '../../contract/present/operation.ts'
import type { ProblemDocument } from '../../contract/problem.ts'
import { cancelledDetail, fieldOf } from '../problems.ts'
import { rpcCodeOf, rpcCodes } from './codes.ts'

type Google = components['schemas']

export function operationOf(operation: WireOperation): Google['Operation'] {
  const { operationId, done, status, result, error } = operation
  const { statusUrl: _, links: __, pollInterval: ___, result: ____, error: _____, ...metadata } = operation
  return {
    name: `operations/${operationId}`,
    metadata: structOf(metadata),
    done,
    ...(result ? { response: structOf(result) } : {}),
    ...(error ? { error: statusOf(error) } : {}),
    ...(status === 'CANCELLED' ? { error: cancelled(operation) } : {}),
  }
}

/** A type whose JSON clients can decode without our schemas. */
function structOf(value: object): Google['StructAny'] {
  return { '@type': 'type.googleapis.com/google.protobuf.Struct', value: { ...value } }
}

function cancelled(operation: WireOperation): Google['Status'] {
  return { code: rpcCodes.CANCELLED, message: cancelledDetail(operation), details: [] }
}

/** The error of an operation. Its code is a number, that of a response is the HTTP status. */
function statusOf(problem: ProblemDocument): Google['Status'] {
  return { code: rpcCodes[rpcCodeOf(problem.status)], message: problem.detail, details: detailsOf(problem) }
}

/** AIP-193. */
export function errorBody(problem: ProblemDocument): Google['ErrorResponse'] {
  const { status: code, detail: message } = problem
  return { error: { code, message, status: rpcCodeOf(code), details: detailsOf(problem) } }
}

const typed = (name: string, fields: object) => ({ '@type': `type.googleapis.com/google.rpc.${name}`, ...fields })

function detailsOf({ code, requestId, cause, errors, retryAfter }: ProblemDocument): Google['Details'] {
  const metadata = {
    ...(requestId === undefined ? {} : { requestId }),
    ...(cause ? { causeReason: cause.code, causeMessage: cause.detail } : {}),
  }
  const fieldViolations = (errors ?? cause?.errors ?? []).map((violation) => ({
    field: fieldOf(violation),
    description: violation.message,
  }))
  return [
    typed('ErrorInfo', { reason: code, domain: 'longrun', metadata }),
    ...(fieldViolations.length > 0 ? [typed('BadRequest', { fieldViolations })] : []),
    ...(retryAfter === undefined ? [] : [typed('RetryInfo', { retryDelay: `${retryAfter}s` })]),
  ]
}
