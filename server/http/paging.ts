import type { Links } from '../contract/links.ts'
import type { PageScope, PageTokens } from '../contract/page-token.ts'

type PageQuery = { pageSize?: number; pageToken?: string } & Readonly<Record<string, unknown>>

export type Page = {
  /** Rows to fetch: one more than the page has, to learn whether there is a next one. */
  limit: number
  /** Where it begins: the position that its token was made with. */
  after: string[] | undefined
  /** Splits what was fetched into the page's rows and what leads to the next page. */
  cut<Row>(
    rows: readonly Row[],
    positionOf: (last: Row) => readonly string[],
  ): {
    rows: Row[]
    nextPageToken?: string
    headers: { 'Cache-Control': string; Link?: string }
  }
}

/** The owner may keep it, and must ask before using it again. */
export const privately = 'private, no-cache'

/**
 * One page of the list at `path`, below the API's base path. Tokens are bound to the owner and to every filter in `query`, not to
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
    after: pageTokens.open(scope, pageToken),
    cut(fetched, positionOf) {
      const rows = fetched.slice(0, pageSize)
      const last = rows.at(-1)
      if (fetched.length <= pageSize || last === undefined) return { rows, headers: { 'Cache-Control': privately } }
      const nextPageToken = pageTokens.seal(scope, positionOf(last))
      const next = new URLSearchParams()
      for (const [name, value] of Object.entries({ ...query, pageToken: nextPageToken })) {
        for (const item of [value].flat()) if (item !== undefined) next.append(name, String(item))
      }
      const link = `<${links.api(path)}?${next}>; rel="next"`
      return { rows, nextPageToken, headers: { 'Cache-Control': privately, Link: link } }
    },
  }
}
