import type { Api, DataOf, EndpointOf, InitOf, PathWith } from './api.ts'

type PageOf<P extends PathWith<'GET'>> = DataOf<EndpointOf<P, 'GET'>>

/** The paths that return a list, page by page. */
export type ListPath = {
  [P in PathWith<'GET'>]: 'nextPageToken' extends keyof PageOf<P> ? P : never
}[PathWith<'GET'>]

/** The type of an item of the list. */
export type ItemOf<P extends ListPath> = PageOf<P>[keyof PageOf<P>] extends infer Field
  ? Field extends readonly (infer Item)[]
    ? Item
    : never
  : never

type AnyPage = { data?: Record<string, unknown>; error?: Error }

/** Iterates over all items of the list. Requests the next page after the last item of the current page. */
export async function* list<P extends ListPath>(
  api: Api,
  path: P,
  init?: InitOf<P, 'GET'>,
): AsyncGenerator<ItemOf<P>, void, void> {
  const { params = {} } = { ...init } as { params?: { query?: object } }
  const get = api.GET as (path: string, init: object) => Promise<AnyPage>
  let pageToken: unknown
  do {
    const query = { ...params.query, pageToken }
    const { data = {}, error } = await get(path, { ...init, params: { ...params, query } })
    if (error) throw error
    // The list is the only array of a page.
    yield* (Object.values(data).find(Array.isArray) ?? []) as ItemOf<P>[]
    pageToken = data.nextPageToken
  } while (pageToken !== undefined)
}
