import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { hasNats, type NatsServer, startNats, startNatsCluster } from '../support/nats.ts'
import { openStream } from '../support/sse.ts'
import { drained, violations } from './checker.ts'
import { type CallerRecords, newCallerRecords, submitMany, submitOnce } from './load.ts'
import type { Process } from './processes.ts'
import { apiKey, openRig, type Rig } from './rig.ts'
import { natsOperations, timeoutMs } from './size.ts'

/** Two API processes and two workers that use the servers. */
async function startService(rig: Rig, servers: readonly NatsServer[]) {
  const environment = { NATS_URL: servers.map(({ url }) => url).join(), LOG_LEVEL: 'info' }
  const apis = await Promise.all([rig.startApi(environment), rig.startApi(environment)])
  const workers = await Promise.all([rig.startWorker(environment), rig.startWorker(environment)])
  return { apis, workers }
}

/** Submits `count` operations to both APIs, one after the other or so. `during`: what happens after a third of them. */
async function load(apis: readonly Process[], seen: CallerRecords, count: number, during: () => Promise<void>) {
  let faulty: Promise<void> | undefined
  await submitMany(seen, {
    url: () => apis[Math.floor(Math.random() * apis.length)]?.url ?? '',
    callers: 4,
    more: (done) => {
      if (done > count / 3) faulty ??= during()
      return done < count
    },
    pauseMs: 10,
  })
  await faulty
}

/** The sequences that a stream of the operation shows, at the other API. */
async function streamed(api: Process, operationId: string): Promise<number[]> {
  const stream = await openStream(`${api.url}/api/v1/operations/${operationId}/stream`, { key: apiKey })
  const sequences: number[] = []
  for await (const { id } of stream.blocks) if (id !== undefined) sequences.push(Number(id))
  return sequences
}

/** Streams of operations, from their submit to their end: each event once, in order. */
async function wrongStreams(apis: readonly Process[], seen: CallerRecords, count: number): Promise<string[]> {
  const wrong: string[] = []
  for (let time = 0; time < count; time++) {
    const [submitting, reading] = time % 2 ? apis : apis.toReversed()
    const key = randomUUID()
    await submitOnce(seen, submitting?.url ?? '', key)
    const sequences = await streamed(reading as Process, seen.acknowledged.get(key) as string)
    if (sequences.some((sequence, index) => sequence !== index)) wrong.push(sequences.join())
  }
  return wrong
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

describe.runIf(hasNats)('NATS', () => {
  test('the server is stopped, wiped, started again and frozen under load: no operation is lost, completed twice or stuck', {
    timeout: timeoutMs,
  }, async () => {
    const rig = await openRig()
    const seen = newCallerRecords()
    let server = await startNats()
    try {
      const { apis, workers } = await startService(rig, [server])
      await Promise.all([...apis, ...workers].map((one) => one.untilPrinted(/connected to NATS/)))
      expect(await wrongStreams(apis, seen, 4)).toEqual([])
      const streaming: Promise<string[]>[] = []
      await load(apis, seen, natsOperations, async () => {
        await server.stop()
        streaming.push(wrongStreams(apis, seen, 3))
        await delay(500)
        server = await startNats({ port: server.port })
        streaming.push(wrongStreams(apis, seen, 3))
      })
      expect(await Promise.all(streaming)).toEqual([[], []])
      server.signal('SIGSTOP')
      await load(apis, seen, natsOperations / 2, async () => {})
      expect(await wrongStreams(apis, seen, 2)).toEqual([])
      expect(await drained(rig.sql, 60_000)).toBe(0)
      expect(await violations(rig, seen)).toEqual([])
      // With the frozen server.
      const startMs = performance.now()
      for (const one of [...apis, ...workers]) one.signal('SIGTERM')
      const exits = await Promise.all([...apis, ...workers].map(({ exited }) => exited))
      expect(exits.map(({ code }) => code)).toEqual([0, 0, 0, 0])
      expect(performance.now() - startMs).toBeLessThan(20_000)
    } finally {
      server.signal('SIGCONT')
      await server.stop()
    }
  })

  test('a member of a cluster of three is killed under load: the processes use the others, and lose nothing', {
    timeout: timeoutMs,
  }, async () => {
    const rig = await openRig()
    const seen = newCallerRecords()
    const cluster = await startNatsCluster(3, await freePort())
    try {
      const { apis, workers } = await startService(rig, cluster)
      await Promise.all([...apis, ...workers].map((one) => one.untilPrinted(/connected to NATS/)))
      const streaming: Promise<string[]>[] = []
      await load(apis, seen, natsOperations, async () => {
        await cluster[0]?.stop()
        streaming.push(wrongStreams(apis, seen, 4))
      })
      expect(await Promise.all(streaming)).toEqual([[]])
      expect(await drained(rig.sql, 60_000)).toBe(0)
      expect(await violations(rig, seen)).toEqual([])
    } finally {
      await Promise.all(cluster.map((server) => server.stop()))
    }
  })

  test('a server that is not there does not delay the start, and is reported once by each process', {
    timeout: timeoutMs,
  }, async () => {
    const rig = await openRig()
    const seen = newCallerRecords()
    const environment = { NATS_URL: `nats://longrun:secret-of-nats@127.0.0.1:${await freePort()}`, LOG_LEVEL: 'info' }
    const api = await rig.startApi({ ...environment, ROLES: 'api,worker' })
    await submitOnce(seen, api.url, randomUUID())
    expect(await drained(rig.sql, 30_000)).toBe(0)
    expect((await fetch(`${api.url}/readyz`)).status).toBe(200)
    // Several attempts to connect later.
    await delay(2000)
    expect(api.printed().match(/notifications\.error/g)).toHaveLength(1)
    expect(api.printed()).not.toContain('secret-of-nats')
    expect(await violations(rig, seen)).toEqual([])
  })
})
