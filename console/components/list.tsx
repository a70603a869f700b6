import { useInfiniteQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Loaded } from './loaded.tsx'
import { type Column, Table } from './table.tsx'

/** At most so many pages of a list are kept and shown. */
const mostPages = 10

type Page<Item> = { items: readonly Item[]; nextPageToken: string | undefined }
export type PageRequest = { signal: AbortSignal; query: { pageSize: number; pageToken?: string } }

/** A list, page by page. `key`: the key of the query, by which it is refreshed. */
export function useList<Item>(
  key: readonly unknown[],
  read: (request: PageRequest) => Promise<Page<Item>>,
  { pageSize = 50 }: { pageSize?: number } = {},
) {
  return useInfiniteQuery({
    queryKey: key,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      read({ signal, query: { pageSize, ...(pageParam && { pageToken: pageParam }) } }),
    getNextPageParam: ({ nextPageToken }, pages) => (pages.length < mostPages ? nextPageToken : undefined),
  })
}

type ListProps<Item> = {
  list: ReturnType<typeof useList<Item>>
  caption: string
  columns: readonly Column[]
  /** Shown instead of an empty table. */
  empty: ReactNode
  row: (item: Item) => ReactNode
}

/** The table of a list, with a button for the next page. */
export function ListTable<Item>({ list, caption, columns, empty, row }: ListProps<Item>) {
  return (
    <Loaded query={list}>
      {({ pages }) => {
        const items = pages.flatMap(({ items }) => items)
        if (items.length === 0) return empty
        return (
          <section className="panel">
            <Table caption={caption} columns={columns}>
              {items.map(row)}
            </Table>
            {list.hasNextPage && (
              <button type="button" onClick={() => void list.fetchNextPage()} disabled={list.isFetchingNextPage}>
                Show more
              </button>
            )}
          </section>
        )
      }}
    </Loaded>
  )
}
