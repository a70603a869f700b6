import { once } from 'node:events'
import { readFileSync, renameSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Environment, startProcess } from '../faults/processes.ts'
import { dataFolder } from '../support/embedded-folders.ts'
import { noLimits } from '../support/limits.ts'
import { isAlive, kill, postmasterPid, processesIn, query } from '../support/postmaster.ts'

const apiKey = 'alice-0123456789abcdef'
const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
const report = {
  reportType: 'ORDERS_SUMMARY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
}

/** The service as started by `npm start`: API and worker with an embedded Postgres. */
async function startService(environment: Environment = {}) {
  const dataDir = await dataFolder()
  const service = await startProcess({ DATA_DIR: dataDir, API_KEYS: `alice:${apiKey}`, ...noLimits, ...environment })
  onTestFinished(() => service.end())
  const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8')
  const port = Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[3])
  const databaseUrl = `postgres://longrun:${password}@127.0.0.1:${port}/postgres`
  const submit = async (key: string) => {
    const post = { method: 'POST', headers: { ...headers, 'idempotency-key': key }, body: JSON.stringify(report) }
    const answer = await fetch(`${service.url}/api/v1/reports:generate`, post)
    const body = (await answer.json()) as { operationId: string }
    return { status: answer.status, retryAfter: Number(answer.headers.get('retry-after')), id: body.operationId }
  }
  const statusOf = async (id: string) => {
    const answer = await fetch(`${service.url}/api/v1/operations/${id}`, { headers })
    return answer.ok ? ((await answer.json()) as { status: string }).status : answer.status
  }
  const ready = async () => (await fetch(`${service.url}/readyz`)).status
  const logged = (event: string) =>
    service
      .printed()
      .split('\n')
      .filter((line) => line.includes(`"event":"${event}"`))
  return { ...service, dataDir, port, databaseUrl, submit, statusOf, ready, logged }
}

type Running = Awaited<ReturnType<typeof startService>>

/** Submits with separate keys, each until it is accepted; returns all statuses and the accepted operation of each key. */
async function submitted({ submit }: Running, count: number) {
  const answers: { status: number; retryAfter: number }[] = []
  const accepted = new Map<string, string>()
  for (let n = 0; n < count; n += 1) {
    const key = crypto.randomUUID()
    for (let answer = await submit(key); ; answer = await submit(key)) {
      answers.push(answer)
      if (answer.status === 202) {
        accepted.set(key, answer.id)
        break
      }
      await delay(20)
    }
  }
  return { answers, accepted }
}

/** Uses the port of the database that has ended, so that it cannot be restarted. */
async function occupy(port: number) {
  const other = createServer().listen(port, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
}

describe('the embedded Postgres of a running service is killed', { timeout: 240_000 }, () => {
  it('accepted operations are served once afterwards; callers get 202 or 503 with Retry-After; the restart is logged once', async () => {
    const service = await startService()
    const before = await submitted(service, 5)
    await kill(postmasterPid(service.dataDir))
    const after = await submitted(service, 5)

    const answers = [...before.answers, ...after.answers]
    expect(answers.filter(({ status }) => status !== 202 && status !== 503)).toEqual([])
    expect(answers.filter(({ status, retryAfter }) => status === 503 && !(retryAfter >= 1))).toEqual([])
    const accepted = new Map([...before.accepted, ...after.accepted])
    for (const [key, id] of accepted) {
      await expect.poll(() => service.statusOf(id), { timeout: 45_000 }).toBe('COMPLETED')
      // A repeated key returns the same operation after the restart.
      expect((await service.submit(key)).id).toBe(id)
    }
    const counted = `select count(*)::int as rows, count(*) filter (where status = 'COMPLETED')::int as completed from operations`
    expect(await query(service.databaseUrl, counted)).toEqual([{ rows: accepted.size, completed: accepted.size }])
    expect(await service.ready()).toBe(200)
    expect(service.logged('postgres.ended')).toHaveLength(1)
    // The service listens for notifications again, and all sessions, also those of executors, use the restricted role.
    const sessions = `select distinct application_name as name, usename::text as role, rolsuper from pg_stat_activity join pg_roles on usesysid = pg_roles.oid
      where application_name like 'longrun%'`
    await expect
      .poll(async () => (await query(service.databaseUrl, sessions)).map(({ name }) => name))
      .toEqual(expect.arrayContaining(['longrun-notifications', 'longrun executor']))
    const roles = (await query(service.databaseUrl, sessions)).map(({ role, rolsuper }) => `${role} ${rolsuper}`)
    expect([...new Set(roles)]).toEqual(['longrun false'])
    service.signal('SIGTERM')
    expect(await service.exited).toMatchObject({ code: 0 })
    expect(await processesIn(service.dataDir)).toEqual([])
  })

  it('a service that is stopped while Postgres is down ends within 30 s and leaves no Postgres', async () => {
    const service = await startService()
    const { accepted } = await submitted(service, 3)
    await kill(postmasterPid(service.dataDir))
    await occupy(service.port)
    await service.untilPrinted(/"event":"postgres.not-started"/)
    expect(await service.ready()).toBe(503)
    expect((await service.submit(crypto.randomUUID())).status).toBe(503)
    const startedMs = performance.now()
    service.signal('SIGTERM')
    expect(await service.exited).toMatchObject({ code: 0 })
    expect(performance.now() - startedMs).toBeLessThan(30_000)
    expect(await processesIn(service.dataDir)).toEqual([])
    expect(accepted.size).toBe(3)
  })

  it('a service that is stopped while Postgres restarts ends within 30 s and leaves no Postgres', async () => {
    const service = await startService()
    await kill(postmasterPid(service.dataDir))
    await service.untilPrinted(/"event":"postgres.ended"/)
    const startedMs = performance.now()
    service.signal('SIGTERM')
    expect(await service.exited).toMatchObject({ code: 0 })
    expect(performance.now() - startedMs).toBeLessThan(30_000)
    expect(await processesIn(service.dataDir)).toEqual([])
  })

  it('without its data folder the service logs one message and exits with an error', async () => {
    const service = await startService()
    const pid = postmasterPid(service.dataDir)
    renameSync(join(service.dataDir, 'postgres'), join(service.dataDir, 'elsewhere'))
    await kill(pid)
    expect(await service.exited).toMatchObject({ code: 1 })
    expect(service.printed().match(/^Longrun cannot go on: .*$/gm)).toEqual([
      expect.stringContaining(`its data folder ${join(service.dataDir, 'postgres')} is gone`),
    ])
    expect(service.printed()).not.toContain('did not stop cleanly')
    expect(isAlive(pid)).toBe(false)
  })
})
