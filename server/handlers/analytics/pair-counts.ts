import type { Pair } from '../../database/analytics/baskets.ts'

/** A count for each pair of the most frequent items: 32 MB for 4,000 items. */
export const mostItems = 4000

/**
 * Counts how often two of `items` items occur in the same order. A join in the database would create a row for each pair of each order, 50
 * million for one order with 10,000 items; the counts have a fixed size, whatever the orders are.
 */
export function pairCounter(items: number) {
  const counts = new Uint32Array((items * (items - 1)) / 2)
  /** The counts of `a` with the items after it are neighbours. Add `b` for the place of the pair. */
  const rowOf = (a: number) => (a * (2 * items - a - 1)) / 2 - a - 1

  return {
    /** Adds an order; its item numbers ascend. */
    add(basket: readonly number[]) {
      for (let first = 0; first < basket.length; first++) {
        const row = rowOf(basket[first] as number)
        for (let second = first + 1; second < basket.length; second++) {
          const place = row + (basket[second] as number)
          counts[place] = (counts[place] as number) + 1
        }
      }
    },

    /**
     * The pairs that are in at least `minOrders` orders: how many there are, and the `most` first ones, by number of orders, then lift, then the
     * numbers of their items. `orders`: the number of orders of each item.
     */
    top(orders: readonly number[], { minOrders, most }: { minOrders: number; most: number }) {
      const first = keepFirst(most)
      let found = 0
      for (let a = 0; a < items; a++) {
        const row = rowOf(a)
        for (let b = a + 1; b < items; b++) {
          const both = counts[row + b] as number
          if (both < minOrders) continue
          found++
          if (both < first.last().orders) continue
          // Without the number of all orders, which is the same for all pairs.
          first.add({ a, b, orders: both, lift: both / ((orders[a] as number) * (orders[b] as number)) })
        }
      }
      return { found, pairs: first.all().map(({ a, b, orders: both }): Pair => ({ a, b, orders: both })) }
    },
  }
}

type Ranked = Pair & { lift: number }

const inOrder = (one: Ranked, other: Ranked) =>
  other.orders - one.orders || other.lift - one.lift || one.a - other.a || one.b - other.b

/** Comes after every pair. */
const afterAll: Ranked = { a: 0, b: 0, orders: 0, lift: 0 }

/** Keeps the first `most` of any number of pairs, in memory for twice as many. */
function keepFirst(most: number) {
  let kept: Ranked[] = []
  let last = afterAll
  const cut = () => {
    kept = kept.sort(inOrder).slice(0, most)
    last = kept[most - 1] ?? afterAll
  }
  return {
    /** A pair that comes after this one is not kept. */
    last: () => last,
    add(pair: Ranked) {
      if (inOrder(pair, last) > 0) return
      kept.push(pair)
      if (kept.length >= 2 * most) cut()
    },
    all() {
      cut()
      return kept
    },
  }
}
