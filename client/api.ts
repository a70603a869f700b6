import createFetchClient from 'openapi-fetch'
import type { paths } from '../generated/schema.ts'
import { type LongrunProblem, problemOf } from './errors.ts'
import type { Fetch } from './transport.ts'
import { type CallOptions, signalOf } from './waiting.ts'

/**
 * The paths whose requests and responses are JSON. Paths outside `/api/v1` need no key: request them with plain `fetch`. Streams, uploads and
 * files have methods of their own.
 */
type ApiPaths = Omit<
  paths,
  | '/'
  | '/healthz'
  | '/readyz'
  | '/openapi.json'
  | '/openapi/{dialect}'
  | '/docs'
  | '/docs/files/{file}'
  | '/docs/guides'
  | '/docs/guides/{page}'
  | '/console'
  | '/console/{file}'
  | '/problems/{code}'
  | '/files/{fileId}'
  | '/uploads'
  | '/operations/stream'
  | '/operations/{operationId}/stream'
  | '/operations/{operationId}/status'
>

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** The paths of the contract that have the method. */
export type PathWith<M extends Method> = {
  [P in keyof ApiPaths]: ApiPaths[P] extends Record<Lowercase<M>, object> ? P : never
}[keyof ApiPaths]

export type EndpointOf<P extends keyof ApiPaths, M extends Method> = ApiPaths[P][Lowercase<M> & keyof ApiPaths[P]]

/** The parameters that the endpoint has, by their place. */
type ParametersOf<E> = E extends { parameters: infer All }
  ? { [Place in keyof All as [NonNullable<All[Place]>] extends [never] ? never : Place]: All[Place] }
  : never

type RequestOf<E> = (Record<never, never> extends ParametersOf<E>
  ? { params?: ParametersOf<E> }
  : { params: ParametersOf<E> }) &
  (E extends { requestBody: { content: infer Content } }
    ? { body: Content[keyof Content] }
    : E extends { requestBody?: infer Body }
      ? { body?: NonNullable<Body> extends { content: infer Content } ? Content[keyof Content] : undefined }
      : { body?: undefined })

type Successful = 200 | 201 | 202 | 204

type SuccessOf<Responses> = {
  [S in keyof Responses & Successful]: Responses[S] extends { content: infer Content }
    ? Content[keyof Content]
    : undefined
}[keyof Responses & Successful]

/** The body of the successful responses of an endpoint; unknown where the endpoint redirects. */
export type DataOf<E> = E extends { responses: infer Responses }
  ? [SuccessOf<Responses>] extends [never]
    ? unknown
    : SuccessOf<Responses>
  : never

/** The response: `data` of a success, or `error`. Has neither for 204 and 304. */
export type Answer<D> =
  | { data: D; error?: undefined; response: Response }
  | { data?: undefined; error?: LongrunProblem; response: Response }

type Init<E> = RequestOf<E> & CallOptions & { headers?: Record<string, string | undefined> }

export type InitOf<P extends PathWith<M>, M extends Method> = Init<EndpointOf<P, M>>

/** The `init` may be omitted when the endpoint requires nothing. */
type Arguments<I> = Record<never, never> extends I ? [init?: I] : [init: I]

/** Every endpoint of the contract that answers with JSON. */
export type Api = {
  [M in Method]: <P extends PathWith<M>>(
    path: P,
    ...init: Arguments<Init<EndpointOf<P, M>>>
  ) => Promise<Answer<DataOf<EndpointOf<P, M>>>>
}

type AnyInit = CallOptions & {
  params?: { path?: object; query?: object; header?: object }
  headers?: Record<string, string | undefined>
  body?: unknown
}

/** An endpoint whose path is computed. */
export type AnyEndpoint = (path: string, init?: AnyInit) => Promise<Answer<unknown>>

/** Requests below `base`, sent by `send`. */
export function createApi(base: string, send: Fetch): Api {
  const client = createFetchClient<ApiPaths>({ baseUrl: base, fetch: send })
  const endpoint = (method: Method): AnyEndpoint => {
    const request = client[method] as (path: string, init: object) => Promise<FetchResponse>
    return async (path, { signal, timeoutMs, ...init } = {}) => {
      const { data, error, response } = await request(path, { ...init, signal: signalOf({ signal, timeoutMs }) })
      if (response.ok) return { data, response }
      return response.status === 304 ? { response } : { error: problemOf(response, error), response }
    }
  }
  return { GET: endpoint('GET'), POST: endpoint('POST'), PATCH: endpoint('PATCH'), DELETE: endpoint('DELETE') } as Api
}

type FetchResponse = { data?: unknown; error?: unknown; response: Response }

/** The data of the response; throws its problem. */
export async function dataOf<D>(call: Promise<Answer<D>>): Promise<D> {
  const { data, error } = await call
  if (error) throw error
  return data as D
}
