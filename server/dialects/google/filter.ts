import { Problem } from '../../contract/problem.ts'
import { activeStatuses, type Status, terminalStatuses } from '../../domain/state-machine.ts'

/** The filters of a list in the API. */
export type ListFilter = { status?: Status[]; type?: string }

const message =
  'takes done=true, done=false and metadata.type="<type>", each once, joined by AND; for other filters use GET /api/v1/operations'

/** The part of AIP-160 that can be answered without reading every operation. Throws `INVALID_REQUEST` for anything else. */
export function filterOf(filter = ''): ListFilter {
  const found: ListFilter = {}
  if (filter.trim() === '') return found
  for (const term of filter.trim().split(/\s+AND\s+/)) {
    const done = /^done\s*=\s*(true|false)$/.exec(term)?.[1]
    const type = /^metadata\.type\s*=\s*(?:"([A-Za-z]{1,64})"|([A-Za-z]{1,64}))$/.exec(term)
    if (done && !found.status) found.status = done === 'true' ? [...terminalStatuses] : [...activeStatuses]
    else if (type && !found.type) found.type = type[1] ?? type[2] ?? ''
    else {
      const errors = [{ parameter: 'filter', message }]
      throw new Problem('INVALID_REQUEST', `The query parameter filter ${message}.`, { errors })
    }
  }
  return found
}
