/** Items that wait, by owner. Owners are served round-robin, so one owner's backlog never delays another owner. */
export type RoundRobin<Item> = {
  /** Does nothing if the item is already waiting. */
  add(ownerId: string, item: Item): void
  /** Removes the next item of the next owner that `may` be served; undefined when there is none. */
  next(may?: (ownerId: string) => boolean): { ownerId: string; item: Item } | undefined
  delete(ownerId: string, item: Item): void
  /** How many items of an owner wait. */
  count(ownerId: string): number
  isEmpty(): boolean
}

export function createRoundRobin<Item>(): RoundRobin<Item> {
  // In the order in which owners are served.
  const byOwner = new Map<string, Set<Item>>()

  return {
    add(ownerId, item) {
      const items = byOwner.get(ownerId)
      if (items) items.add(item)
      else byOwner.set(ownerId, new Set([item]))
    },
    next(may = () => true) {
      for (const [ownerId, items] of byOwner) {
        if (!may(ownerId)) continue
        byOwner.delete(ownerId)
        for (const item of items) {
          items.delete(item)
          if (items.size > 0) byOwner.set(ownerId, items)
          return { ownerId, item }
        }
      }
      return undefined
    },
    delete(ownerId, item) {
      const items = byOwner.get(ownerId)
      if (items?.delete(item) && items.size === 0) byOwner.delete(ownerId)
    },
    count: (ownerId) => byOwner.get(ownerId)?.size ?? 0,
    isEmpty: () => byOwner.size === 0,
  }
}
