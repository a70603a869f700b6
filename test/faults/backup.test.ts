import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../server/database/migrate.ts'
import { databaseUrl, execute } from '../support/database.ts'
import { postgres15, startOther } from '../support/other-postgres.ts'
import { drained, violations } from './checker.ts'
import { call, newCallerRecords, reportOf, submitMany, submitOnce } from './load.ts'
import { openRig } from './rig.ts'
import { operationCount, timeoutMs } from './size.ts'

const run = promisify(execFile)
const environment = { DATABASE_POOL_SIZE: '12', LEASE_SECONDS: '3' }

describe('a dump of a running service', () => {
  if (!postgres15) {
    test.skip('NOT TESTED: this machine has no PostgreSQL 15 with pg_dump (on Debian: postgresql-15)', () => {})
    return
  }
  const folder = postgres15
  const program = (name: string) => join(folder, name)

  test('restored with its files: finished operations and links are as before, unfinished ones run, keys and schedules go on', {
    timeout: timeoutMs,
  }, async () => {
    const server = await startOther(folder)
    onTestFinished(server.stop)
    await execute(server.url, 'create database before')
    await execute(server.url, 'create database after')
    const [before, after] = ['before', 'after'].map((name) => databaseUrl(server.url, name)) as [string, string]
    await migrate(before)

    const old = await openRig({ url: before })
    const [api, worker] = await Promise.all([old.startApi(environment), old.startWorker(environment)])
    const finished = newCallerRecords()
    await submitMany(finished, { url: () => api.url, callers: 4, more: (done) => done < operationCount })
    expect(await drained(old.sql, 60_000)).toBe(0)
    const [operationId] = finished.acknowledged.values()
    const report = await call(finished, `${api.url}/api/v1/operations/${operationId}`)
    const { downloadUrl } = (report?.body.result ?? {}) as { downloadUrl: string }
    const download = async (url: string) => {
      const response = await fetch(new URL(downloadUrl, url))
      return { status: response.status, text: await response.text() }
    }
    const bytes = await download(api.url)
    expect(bytes.status).toBe(200)

    // Running, pending and scheduled ones at the time of the dump.
    await old.sql`create table released ()`
    worker.signal('SIGTERM')
    await worker.exited
    const busy = await old.startTestWorker({ ...environment, WORKER_CONCURRENCY: '4' })
    const unfinished = newCallerRecords()
    await submitMany(unfinished, {
      url: () => api.url,
      callers: 4,
      more: (done) => done < 10,
      work: () => 'held',
    })
    while ((await old.sql`select 1 from operations where status = 'RUNNING'`).length < 4);
    const schedule = await call(newCallerRecords(), `${api.url}/api/v1/schedules`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        intervalSeconds: 3600,
        operation: { type: 'generateReport', body: reportOf() },
      }),
    })
    expect(schedule?.status).toBe(201)

    // As docs/deploy.md says: first the database, then the files.
    const dump = join(old.folder, 'longrun.dump')
    await run(program('pg_dump'), ['--format=custom', `--file=${dump}`, before])
    const fresh = await openRig({ url: after, unseeded: true })
    await cp(join(old.folder, 'files'), join(fresh.folder, 'files'), { recursive: true })
    busy.signal('SIGKILL')
    api.signal('SIGKILL')
    await run(program('pg_restore'), ['--no-owner', `--dbname=${after}`, dump])

    await fresh.sql`insert into released default values`
    const again = await fresh.startApi(environment)
    await fresh.startTestWorker(environment)
    expect(await drained(fresh.sql, 60_000)).toBe(0)
    expect(await call(finished, `${again.url}/api/v1/operations/${operationId}`)).toMatchObject({
      status: 200,
      body: { status: 'COMPLETED' },
    })
    expect(await download(again.url)).toEqual(bytes)
    // The keys of callers are those of before.
    const all = newCallerRecords()
    for (const [key, id] of [...finished.acknowledged, ...unfinished.acknowledged]) all.acknowledged.set(key, id)
    for (const key of finished.acknowledged.keys()) await submitOnce(all, again.url, key)
    for (const key of unfinished.acknowledged.keys()) await submitOnce(all, again.url, key, reportOf('held'))
    expect(await submitOnce(all, again.url, randomUUID(), reportOf('sleep-1'))).toBe(true)
    expect(await drained(fresh.sql, 60_000)).toBe(0)
    expect(await violations(fresh, all)).toEqual([])
    const { scheduleId } = (schedule?.body ?? {}) as { scheduleId: string }
    expect(await call(all, `${again.url}/api/v1/schedules/${scheduleId}`)).toMatchObject({
      status: 200,
      body: { scheduleId, nextTimes: schedule?.body.nextTimes },
    })
  })
})
