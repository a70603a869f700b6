import { type BasketItem, basketLines, basketRows, storeItems, storePairs } from '../../database/analytics/baskets.ts'
import { copyOutOn } from '../../database/copy.ts'
import { grouped } from '../../domain/progress.ts'
import type { Analysis, Work } from './analysis.ts'
import { mostItems, pairCounter } from './pair-counts.ts'

/** Finds pairs of items that customers order together. */
export const baskets: Analysis = {
  rows: basketRows,
  async compute(work) {
    const { client, selection, input, orders, context } = work
    const { by = 'PRODUCT', minOrders = 2, minSupport = 0, maxPairs = 1000 } = input.baskets ?? {}
    const least = Math.max(minOrders, Math.ceil(minSupport * orders))
    const items = await storeItems(client, selection, { by, minOrders: least, most: mostItems })
    if (items.leftOut > 0) {
      const message = `Only the ${grouped(mostItems)} most frequent items were paired. Raise \`baskets.minOrders\` or \`baskets.minSupport\`, or narrow the filters.`
      context.warn({ code: 'ITEMS_LEFT_OUT', message, affectedRecords: items.leftOut })
    }
    const counter = pairCounter(items.orders.length)
    for await (const basket of readBaskets(work, by)) counter.add(basket)
    const { found, pairs } = counter.top(items.orders, { minOrders: least, most: maxPairs })
    await storePairs(client, pairs, orders)
    return { baskets: { by, minOrders: least, itemCount: items.orders.length, pairCount: found } }
  },
}

/** The numbers of the items of each order. */
async function* readBaskets({ client, cancel, selection, orders, context }: Work, by: BasketItem) {
  const onRows = (rows: number) => {
    const message = `Counted the pairs of ${grouped(rows)} orders`
    context.progress({ phase: 'ANALYSIS', current: Math.min(rows, orders), total: orders, message })
  }
  const { signal } = context
  let rest = ''
  for await (const chunk of copyOutOn(client, basketLines(selection, by), {
    format: 'lines',
    signal,
    cancel,
    onRows,
  })) {
    const lines = (rest + chunk.toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield line.split(' ').map(Number)
  }
}
