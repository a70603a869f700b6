import { type CreateHttpPollerOptions, createHttpPoller, type OperationState } from '@azure/core-lro'
import { type Client, getClient, type PathUncheckedResponse } from '@azure-rest/core-client'
import { report } from '../http/requests.ts'

export type Service = { url: string; apiKey: string }

export type Result = Record<string, unknown>

type Options = CreateHttpPollerOptions<PathUncheckedResponse, OperationState<PathUncheckedResponse>>

/** A client as Azure SDKs are generated over. Without retries, so that each response is seen. */
export function clientOf({ url, apiKey }: Service, endpoint = url): Client {
  const credentials = { apiKeyHeaderName: 'X-API-Key' }
  return getClient(
    endpoint,
    { key: apiKey },
    { credentials, allowInsecureConnection: true, retryOptions: { maxRetries: 0 } },
  )
}

export async function submitReport(client: Client, more: Result = {}): Promise<PathUncheckedResponse> {
  return client.pathUnchecked('/api/v1/reports:generate').post({ body: { ...report, ...more } })
}

/** What the poller of a generated SDK does around `createHttpPoller`: it takes the first response, and polls by the client. */
export function pollerOf(client: Client, first: PathUncheckedResponse | undefined, options: Options = {}) {
  return createHttpPoller<PathUncheckedResponse, OperationState<PathUncheckedResponse>>(
    {
      sendInitialRequest: async () => {
        if (!first) throw new Error('a restored poller sends no first request')
        return responseOf(first)
      },
      sendPollRequest: async (path) => responseOf(await client.pathUnchecked(path).get()),
    },
    options,
  )
}

function responseOf(response: PathUncheckedResponse) {
  const { method, url } = response.request
  const rawResponse = { ...response, statusCode: Number(response.status), request: { method, url } }
  return { flatResponse: response, rawResponse }
}
