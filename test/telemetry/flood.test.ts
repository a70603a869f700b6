import { expect, test } from 'vitest'
import { flood, type Suppressed } from '../../server/telemetry/flood.ts'

test('limits entries per source and in total, reports how many were suppressed, and resets after the period', async () => {
  const reported = Promise.withResolvers<Suppressed>()
  const mayWrite = flood({ each: 2, all: 5, seconds: 0.2 }, reported.resolve)
  const written = (source: string, times: number) =>
    Array.from({ length: times }, () => mayWrite(source)).filter((may) => may).length
  expect(written('a', 10)).toBe(2)
  expect(written('b', 1)).toBe(1)
  expect(written('c', 3)).toBe(2)
  expect(written('d', 3)).toBe(0)
  expect(await reported.promise).toEqual({ entries: 12, sources: 3 })
  expect(written('a', 10)).toBe(2)
})
