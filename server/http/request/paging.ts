import type { Links } from '../../contract/links.ts'
import type { PageScope, PageTokens } from '../../contract/page-token.ts'

type PageQuery = { pageSize?: number; pageToken?: string } & Readonly<Record<string, unknown>>

export type Page = {
  /** Rows to fetch: one more than the page has, to see whether there is a next page. */
  limit: number
  /** The position in the page token; undefined for the first page. */
  after: string[] | undefined
  /** The page's rows and the token of the next page. `reached`: where a scan ended that did not fill the page. */
  cut<Row>(
    rows: readonly Row[],
    positionOf: (last: Row) => readonly string[],
    reached?: readonly string[],
  ): {
    rows: Row[]
    nextPageToken?: string
    headers: { 'Cache-Control': string; Link?: string }
  }
}

/** `Cache-Control`: only the caller may store the response, and must revalidate it. */
export const privately = 'private, no-cache'

/**
 * One page of the list at `path`, relative to the API's base path. Page tokens are bound to the owner and all filters in `query`, not to
 * the page size. Throws `INVALID_PAGE_TOKEN`.
 */
export function pageOf(
  { links, pageTokens }: { links: Links; pageTokens: PageTokens },
  { path, ownerId, query }: { path: string; ownerId: string; query: PageQuery },
): Page {
  const { pageSize = 50, pageToken, includeTotal, ...filters } = query
  const scope: PageScope = { ownerId, endpoint: path, filters }
  return {
    limit: pageSize + 1,
    // AIP-158: an empty token is the first page.
    after: pageTokens.open(scope, pageToken || undefined),
    cut(fetched, positionOf, reached) {
      const rows = fetched.slice(0, pageSize)
      const last = rows.at(-1)
      const position = fetched.length > pageSize && last !== undefined ? positionOf(last) : reached
      if (!position) return { rows, headers: { 'Cache-Control': privately } }
      const nextPageToken = pageTokens.seal(scope, position)
      const next = new URLSearchParams()
      for (const [name, value] of Object.entries({ ...query, pageToken: nextPageToken })) {
        for (const item of [value].flat()) if (item !== undefined) next.append(name, String(item))
      }
      const link = `<${links.api(path)}?${next}>; rel="next"`
      return { rows, nextPageToken, headers: { 'Cache-Control': privately, Link: link } }
    },
  }
}
