import { dataOf } from '../../../client/api.ts'
import type { Longrun } from '../../../client/index.ts'
import { activeStatuses, type Filter, finalStatuses, type OperationStatus, parametersOf } from './filter.ts'

/** `verb`: what it does; `done`: what happened; `to`: the statuses of operations to which it can happen. */
export const actions = {
  cancel: { verb: 'Cancel', done: 'cancelled', to: activeStatuses.filter((status) => status !== 'CANCELLING') },
  retry: { verb: 'Retry', done: 'retried', to: ['COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'] },
  purge: { verb: 'Purge', done: 'purged', to: [...finalStatuses] },
} as const satisfies Record<string, { verb: string; done: string; to: readonly OperationStatus[] }>

export type Action = keyof typeof actions

/** The filter without operations to which the action cannot happen; `undefined` if none is left. */
export function narrowed(filter: Filter, action: Action): Filter | undefined {
  const possible = actions[action].to.filter((status) => filter.problemCode === undefined || status === 'FAILED')
  const status = filter.status.length === 0 ? possible : possible.filter((one) => filter.status.includes(one))
  return status.length === 0 ? undefined : { ...filter, status }
}

/** How many operations match; `undefined`: more than the service counts in a second. */
export async function countMatches(longrun: Longrun, action: Action, filter: Filter, signal?: AbortSignal) {
  const options = signal ? { signal } : {}
  const parameters = parametersOf(filter)
  if (action === 'purge') {
    const query = { ...parameters, includeTotal: true, pageSize: 1 }
    return (await dataOf(longrun.api.GET('/operations', { params: { query }, ...options }))).totalSize
  }
  const validate = longrun.validate[`${action}Operations`]
  return (await validate({ filter: parameters }, options)).estimate.rows
}

/** Does it to one operation. */
export async function actOn(longrun: Longrun, action: Action, operationId: string, signal: AbortSignal): Promise<void> {
  const init = { params: { path: { operationId } }, signal }
  const { api } = longrun
  if (action === 'purge') await dataOf(api.POST('/operations/{operationId}:purge', init))
  else if (action === 'cancel') await dataOf(api.POST('/operations/{operationId}:cancel', init))
  // A repeated request must not be a second retry.
  else {
    const header = { 'Idempotency-Key': crypto.randomUUID() }
    await dataOf(api.POST('/operations/{operationId}:retry', { ...init, params: { ...init.params, header } }))
  }
}

/** The ids of all operations that match, page by page. */
export async function* idsOf(longrun: Longrun, filter: Filter, signal: AbortSignal): AsyncGenerator<string, void> {
  const query = { ...parametersOf(filter), pageSize: 200 }
  for await (const { id } of longrun.operations(query, { signal })) yield id
}
