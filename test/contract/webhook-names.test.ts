import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nameServers } from '../../server/contract/webhook-url.ts'

const server = createSocket('udp4')
let asked = 0
beforeAll(async () => {
  server.on('message', (query, peer) => {
    asked += 1
    if (!query.includes('answers')) return
    const answer = Buffer.from(query)
    // A response without an error; with one address (93.184.215.14) for a question of type A.
    answer.writeUInt16BE(0x8180, 2)
    const end = query.indexOf(0, 12) + 5
    const isA = query.readUInt16BE(end - 4) === 1
    answer.writeUInt16BE(isA ? 1 : 0, 6)
    answer.writeUInt16BE(0, 10)
    const address = Buffer.from('c00c00010001000000000004' + '5db8d70e', 'hex')
    server.send(Buffer.concat([answer.subarray(0, end), ...(isA ? [address] : [])]), peer.port, peer.address)
  })
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => new Promise<void>((resolve) => server.close(resolve)))

it('two hundred names whose servers never respond delay neither another name nor the file system', async () => {
  const resolve = nameServers({ timeoutMs: 2000, servers: [`127.0.0.1:${server.address().port}`] })
  const beganMs = performance.now()
  const hanging = Promise.allSettled(Array.from({ length: 200 }, (_, n) => resolve(`hangs-${n}.example.com`)))
  while (asked < 200) await new Promise((next) => setImmediate(next))
  expect(await resolve('answers.example.com')).toEqual(['93.184.215.14'])
  await readFile(import.meta.filename)
  const tookMs = performance.now() - beganMs
  const outcomes = await hanging
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
  // A look-up that waited for the hanging look-ups would have taken as long as they.
  expect(tookMs).toBeLessThan((performance.now() - beganMs) / 2)
})
