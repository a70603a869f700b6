/** Each item of a paged list, a page at a time: the next is asked for when this one is used up. */
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
