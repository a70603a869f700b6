import { z } from 'zod'
import { standalone } from '../../contract/document.ts'
import { Problem } from '../../contract/problem.ts'
import { requestNames } from '../../contract/request-names.ts'
import { type DeclaredWait, declaredWait } from '../../contract/waits.ts'
import { violationProblem } from './validate.ts'

type Body = Record<string, unknown>

type Check = (body: Body) => Body | Problem<'INVALID_INPUT'>

const checks = new WeakMap<DeclaredWait, Check>()

/** The body that completes a wait, if its schema allows it. A wait that this version does not know accepts any object. */
export function checkedWaitBody(type: string, name: string, body: Body): Body | Problem<'INVALID_INPUT'> {
  const declared = declaredWait(type, name)
  return declared ? checkOf(declared)(body) : body
}

/** Compiled on first use. */
export function checkOf(declared: DeclaredWait): Check {
  const known = checks.get(declared)
  if (known) return known
  const schema = z.fromJSONSchema(standalone(declared.schema))
  const names = requestNames([], declared.schema)
  const check: Check = (body) => {
    const { success, data, error } = schema.safeParse(body)
    return success ? (data as Body) : invalid(violationProblem({ target: 'json', data: body, error }, names))
  }
  checks.set(declared, check)
  return check
}

/** The violations of a body are always INVALID_INPUT. */
const invalid = ({ message, extra }: Problem) => new Problem('INVALID_INPUT', message, extra)
