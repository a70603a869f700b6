import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultTimeouts } from '../../server/http/timeouts.ts'
import { answerOf, head, rawSocket, untilClosed } from '../http/raw.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { isFull } from '../support/size.ts'

// The tests of test/http/slow-callers.slow.test.ts with the default timeouts.
let service: TestService
beforeAll(async () => {
  service = await startTestService({}, undefined, undefined, { timeouts: defaultTimeouts })
})
afterAll(() => service.close())

const seconds = 1000

const callers: [string, () => string, number, number][] = [
  ['that stop within the headers', () => 'GET /healthz HTTP/1.1\r\nHost: x\r\n', 10 * seconds, 13 * seconds],
  ['that send nothing', () => '', 10 * seconds, 13 * seconds],
  [
    'whose upload stalls',
    () => `${head('/api/v1/uploads', { key: service.apiKey, bytes: 100, type: 'text/csv' })}a`,
    30 * seconds,
    36 * seconds,
  ],
  [
    'whose JSON stalls',
    () => `${head('/api/v1/reports:generate', { key: service.apiKey, bytes: 100 })}{`,
    30 * seconds,
    36 * seconds,
  ],
]

// Only the full size tests timeouts of half a minute.
it.concurrent.each(callers.filter(([, , least]) => isFull || least <= 10 * seconds))(
  'callers %s are cut',
  async (_, text, least, most) => {
    const socket = await rawSocket(service.url)
    socket.write(text())
    const { text: answer, ms } = await untilClosed(socket)
    expect(answerOf(answer)).toMatchObject({ status: 408, body: { code: 'REQUEST_TIMEOUT' } })
    expect(ms).toBeGreaterThan(least - 100)
    expect(ms).toBeLessThan(most)
  },
  60 * seconds,
)
