import { afterEach, expect, test, vi } from 'vitest'
import { createDurationCache } from '../../server/http/response/durations.ts'

afterEach(() => vi.useRealTimers())

test('a look-up returns the known duration at once, and starts a new read at most every ten seconds', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const answers: PromiseWithResolvers<Map<string, number>>[] = []
  const typical = createDurationCache(() => {
    const answer = Promise.withResolvers<Map<string, number>>()
    answers.push(answer)
    return answer.promise
  })
  expect(typical('a')).toBeUndefined()
  expect(answers).toHaveLength(1)
  answers[0]?.resolve(new Map([['a', 1]]))
  await answers[0]?.promise
  expect(typical('a')).toBe(1)

  vi.advanceTimersByTime(9_999)
  expect(typical('a')).toBe(1)
  expect(answers).toHaveLength(1)
  vi.advanceTimersByTime(1)
  expect(typical('a')).toBe(1)
  expect(answers).toHaveLength(2)
  answers[1]?.reject(new Error('the database is away'))
  await expect(answers[1]?.promise).rejects.toThrow()
  expect(typical('a')).toBe(1)

  vi.advanceTimersByTime(10_000)
  typical('a')
  answers[2]?.resolve(new Map([['a', 3]]))
  await answers[2]?.promise
  expect(typical('a')).toBe(3)
})
