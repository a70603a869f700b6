import type { OperationId } from '../../generated/operations.ts'
import { specOperations } from '../../server/contract/document.ts'
import { type Hook, openHook } from '../http/hook.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { type Call, caseOf } from './calls.ts'
import { type Holdings, makeHoldings } from './holdings.ts'
import { type Knock, knock, type RawResponse } from './knock.ts'

export type AbuseRig = {
  service: TestService
  hook: Hook
  owner: Holdings
  /** A call of the endpoint that succeeds once. */
  call(operationId: OperationId): Promise<Call>
  /** Sends the request with the owner's key, unless a key is given. */
  knock(request: Knock): Promise<RawResponse>
  close(): Promise<void>
}

/** A service with one owner that has a resource of every kind. */
export async function openAbuseRig(): Promise<AbuseRig> {
  const hook = await openHook()
  const service = await startTestService({ WEBHOOK_ALLOW_INSECURE: 'true' })
  const owner = await makeHoldings(service, { key: service.apiKey, name: 'owner', hookUrl: hook.url })
  return {
    service,
    hook,
    owner,
    call: async (operationId) => caseOf(operationId).call(owner),
    knock: (request) => knock(service.url, { key: owner.key, ...request }),
    async close() {
      await service.close()
      hook.close()
    },
  }
}

/** Every endpoint of the contract, for `describe.each`. */
export const endpoints = specOperations().map(({ method, path, operation }) => ({
  operationId: operation.operationId,
  method: method.toUpperCase(),
  path,
  operation,
}))

/** The status and code of a problem. */
export function problemOf({ status, text }: RawResponse): { status: number; code: unknown } {
  return { status, code: text === '' ? undefined : (JSON.parse(text) as { code: unknown }).code }
}

export const malformed = { status: 400, code: 'INVALID_REQUEST' }
export const invalid = { status: 422, code: 'INVALID_INPUT' }
export const unsupported = { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' }

/** Fills every path parameter with a well-formed id that does not exist. */
export function filledPath(path: string, value = 'x'): string {
  return path.replaceAll(/\{\w+\}/g, value)
}
