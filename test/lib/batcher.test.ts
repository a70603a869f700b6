import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type BatcherOptions, createBatcher } from '../../server/lib/batcher.ts'

/** Adds items one after the other, each in a turn of its own, once `first` items have been handled. Returns the sizes of the batches. */
async function sizesOf(options: BatcherOptions, first: number, later: number): Promise<number[]> {
  const sizes: number[] = []
  const add = createBatcher(async (items: readonly number[]) => {
    sizes.push(items.length)
    return items
  }, options)
  await Promise.all(Array.from({ length: first }, (_, item) => add(item)))
  const rest: Promise<number>[] = []
  for (let item = 0; item < later; item++) {
    rest.push(add(item))
    await nextTurn()
  }
  await Promise.all(rest)
  return sizes
}

test('after a batch of many items the next one waits, so that it has more', async () => {
  expect(await sizesOf({ size: 100, pause: { after: 3, ms: 50 } }, 3, 4)).toEqual([3, 4])
})

test('after a batch of few items the next one starts at once', async () => {
  expect(await sizesOf({ size: 100, pause: { after: 3, ms: 50 } }, 2, 4)).toEqual([2, 1, 1, 1, 1])
})
