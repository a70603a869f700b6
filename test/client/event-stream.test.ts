import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ending, messagesOf, type StreamMessage } from '../../client/event-stream.ts'

/** The responses to the next connections, including malformed ones and those of a proxy. */
let respond: (outgoing: ServerResponse) => unknown
const server = createServer((_, outgoing) => void respond(outgoing))
let url: string
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

const stream = { 'Content-Type': 'text/event-stream; charset=utf-8' }
const problem = { 'Content-Type': 'application/problem+json' }

type Read = { messages: StreamMessage[]; idsAlone: string[]; ending: Ending }

async function read(during: (message: StreamMessage) => Promise<void> = async () => {}): Promise<Read> {
  const messages: StreamMessage[] = []
  const idsAlone: string[] = []
  const reading = messagesOf((_, signal) => fetch(url, { signal }), {
    lastEventId: undefined,
    onId: (id) => idsAlone.push(id),
    firstByteMs: 400,
    silenceMs: 400,
  })
  for (let step = await reading.next(); ; step = await reading.next()) {
    if (step.done) return { messages, idsAlone, ending: step.value }
    messages.push(step.value)
    await during(step.value)
  }
}

describe('a stream of events', () => {
  it('is parsed when split at any byte', async () => {
    const text = Buffer.from(
      'retry: 70\n\nid: 1\nevent: log\ndata: "Grüße, 東京 🙂"\n\n:\n\nid: 2\r\ndata: {"a":\r\ndata: 1}\r\n\r\n',
    )
    respond = async (outgoing) => {
      outgoing.writeHead(200, stream)
      for (const byte of text) {
        outgoing.write(Buffer.of(byte))
        await new Promise(setImmediate)
      }
      outgoing.end()
    }
    expect(await read()).toEqual({
      messages: [
        { id: '1', data: 'Grüße, 東京 🙂' },
        { id: '2', data: { a: 1 } },
      ],
      idsAlone: [],
      ending: { why: 'cut', retryMs: 70 },
    })
  })

  it('yields no incomplete event', async () => {
    respond = (outgoing) => outgoing.writeHead(200, stream).end('id: 1\ndata: 1\n\nid: 2\ndata: 2\n')
    expect((await read()).messages).toEqual([{ id: '1', data: 1 }])
  })

  it('reports ids that arrive without an event', async () => {
    respond = (outgoing) => outgoing.writeHead(200, stream).end('id: a\n\nid: b\ndata: 1\n\n')
    expect((await read()).idsAlone).toEqual([])
    respond = (outgoing) => outgoing.writeHead(200, stream).end('id: b\ndata: 1\n\nid: c\n\n')
    expect((await read()).idsAlone).toEqual(['c'])
  })

  it('is closed when silent, but not while the consumer processes an event', async () => {
    respond = (outgoing) => outgoing.writeHead(200, stream).write('id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n')
    const longerThanSilence = () => new Promise<void>((resolve) => setTimeout(resolve, 500))
    const { messages, ending } = await read(longerThanSilence)
    expect(messages).toHaveLength(2)
    expect(ending).toEqual({ why: 'silent', retryMs: 1000 })
  })

  it.each<[string, (outgoing: ServerResponse) => void]>([
    ['gets no response', () => {}],
    ['has no first event', (outgoing) => outgoing.writeHead(200, stream).flushHeaders()],
    ['ends before its first event', (outgoing) => outgoing.writeHead(200, stream).end()],
    ['contains invalid JSON', (outgoing) => outgoing.writeHead(200, stream).end('id: 1\ndata: <h1>\n\n')],
    ['has no ids', (outgoing) => outgoing.writeHead(200, stream).end('data: 1\n\n')],
    ['is an HTML page', (outgoing) => outgoing.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Welcome</h1>')],
    ['is refused by a proxy', (outgoing) => outgoing.writeHead(403).end('<h1>No</h1>')],
    ['breaks at once', (outgoing) => outgoing.destroy()],
  ])('counts as unavailable when it %s', async (_, how) => {
    respond = how
    expect(await read()).toMatchObject({ messages: [], ending: { why: 'unavailable' } })
  })

  it('is unavailable after a 429 or when the service is unavailable', async () => {
    const body = JSON.stringify({ type: '/problems/X', title: 'X', code: 'X' })
    for (const status of [429, 503]) {
      respond = (outgoing) => outgoing.writeHead(status, { ...problem, 'Retry-After': '7' }).end(body)
      expect((await read()).ending).toMatchObject({ why: 'unavailable', retryAfterMs: 7000, problem: { status } })
    }
  })

  it('throws the problem when the service refuses', async () => {
    const body = JSON.stringify({ type: '/problems/CURSOR_GONE', title: 'Gone', code: 'CURSOR_GONE' })
    respond = (outgoing) => outgoing.writeHead(410, problem).end(body)
    await expect(read()).rejects.toMatchObject({ name: 'LongrunProblem', status: 410, code: 'CURSOR_GONE' })
  })

  it('ends with a 204', async () => {
    respond = (outgoing) => outgoing.writeHead(204).end()
    expect((await read()).ending).toEqual({ why: 'over' })
  })
})
