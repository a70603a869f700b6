/** Iterates over a paged list. Requests the next page after the last item of the current page. */
export async function* pages<Item>(
  page: (pageToken: string | undefined) => Promise<{ items: Item[]; nextPageToken?: string }>,
): AsyncGenerator<Item, void, void> {
  let pageToken: string | undefined
  do {
    const { items, nextPageToken } = await page(pageToken)
    yield* items
    pageToken = nextPageToken
  } while (pageToken !== undefined)
}
