import { once } from 'node:events'
import type { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { onDatabase } from './database.ts'
import { rawSocket } from './raw.ts'
import { inAnHour, submitted } from './requests.ts'

/** 12 MB of log lines, more than the buffers of both ends hold. */
const longHistory = (operationId: string) => `
  insert into events (operation_id, sequence, event, status, attempt, actor, data)
  select '${operationId}', n, 'log', 'PENDING', 0, 'system', jsonb_build_object('message', repeat('x', 8000))
  from generate_series(1, 1500) n;
  update operations set last_sequence = 1500 where operation_id = '${operationId}'`

/** A client that opens the stream or socket of `path`, and then neither reads nor sends. */
async function mutePeer(service: TestService, path: string, headers: readonly string[] = []): Promise<Socket> {
  const socket = await rawSocket(service.url)
  const lines = [`GET ${path} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${service.apiKey}`, ...headers]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  await once(socket, 'readable')
  return socket
}

const handshake = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
]

it('a service that stops waits one second for clients that do not respond to a close frame, and not until requests are cut', async () => {
  const service = await startTestService()
  const path = await submitted(service, { startAfter: inAnHour() })
  await onDatabase(service, longHistory(path.slice(-36)))
  const reading = await submitted(service, { startAfter: inAnHour() })
  const peers = [
    await mutePeer(service, `${reading}/status`, handshake),
    await mutePeer(service, `${path}/status`, handshake),
    await mutePeer(service, `${path}/stream`),
  ]
  const startMs = performance.now()
  await service.close()
  expect(performance.now() - startMs).toBeLessThan(4000)
  for (const peer of peers) peer.destroy()
})
