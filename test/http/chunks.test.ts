import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { bodyOf, defaultTimeouts } from '../../server/http/timeouts.ts'
import { rawSocket, untilClosed } from './raw.ts'

/**
 * Responds with the number of bytes of the body or with the read error. `100 Continue` shows that the service reads the body and that no
 * byte of it has arrived.
 */
async function count(incoming: IncomingMessage, outgoing: ServerResponse) {
  const body = bodyOf({ incoming, outgoing, timeouts: defaultTimeouts, startBytes: incoming.socket.bytesRead })
  let next = body.next()
  outgoing.writeContinue()
  let bytes = 0
  try {
    for (let chunk = await next; !chunk.done; chunk = await next) {
      bytes += chunk.value.byteLength
      next = body.next()
    }
    outgoing.end(String(bytes))
  } catch (error) {
    outgoing.end(String(error))
  }
}

async function startCounter() {
  const server = createServer()
  server.on('checkContinue', (incoming, outgoing) => void count(incoming, outgoing))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function answerTo(chunks: string) {
  const socket = await rawSocket(await startCounter())
  const lines = [
    'POST / HTTP/1.1',
    'Host: localhost',
    'Connection: close',
    'Expect: 100-continue',
    'Transfer-Encoding: chunked',
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  await once(socket, 'data')
  const closed = untilClosed(socket)
  socket.write(`${chunks}0\r\n\r\n`)
  return (await closed).text.split('\r\n\r\n')[1]
}

const chunk = (bytes: number) => `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`

it.each([
  ['several large chunks in one packet', 15_000, 4],
  ['many packets of large chunks', 16_384, 160],
  ['chunks of 64 bytes', 64, 20_000],
])('%s are accepted', async (_, bytes, count) => {
  expect(await answerTo(chunk(bytes).repeat(count))).toBe(String(bytes * count))
})

it('chunks of one byte are refused', async () => {
  expect(await answerTo(chunk(1).repeat(60_000))).toContain('The chunks of the body are too small.')
})
