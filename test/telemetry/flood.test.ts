import { expect, test } from 'vitest'
import { flood, type Suppressed } from '../../server/telemetry/flood.ts'

test('each source may write so much and all together so much; then it is told what was left out, and they may again', async () => {
  const told = Promise.withResolvers<Suppressed>()
  const mayWrite = flood({ each: 2, all: 5, seconds: 0.2 }, told.resolve)
  const written = (source: string, times: number) =>
    Array.from({ length: times }, () => mayWrite(source)).filter((may) => may).length
  expect(written('a', 10)).toBe(2)
  expect(written('b', 1)).toBe(1)
  expect(written('c', 3)).toBe(2)
  expect(written('d', 3)).toBe(0)
  expect(await told.promise).toEqual({ entries: 12, sources: 3 })
  expect(written('a', 10)).toBe(2)
})
