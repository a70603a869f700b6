/** What a page gets: the segments of the path after its own name, and the query. */
export type PageProps = { rest: readonly string[]; query: URLSearchParams }
