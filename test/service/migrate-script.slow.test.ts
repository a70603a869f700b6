import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, inject, it, onTestFinished } from 'vitest'
import { ask } from '../http/requests.ts'
import { databaseUrl, dropDatabase, execute } from '../support/database.ts'
import { startTestService } from '../support/service.ts'

const root = join(import.meta.dirname, '../..')

/** Runs the script as a job of a deployment does. */
async function run(url: string) {
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', DATABASE_URL: url }
  const child = spawn(process.execPath, [join(root, 'dist/server/migrate.js')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: code as number, out, err }
}

async function emptyDatabase() {
  const name = `migrate_script_${process.pid}_${Math.random().toString(36).slice(2)}`
  const server = inject('postgresUrl')
  await execute(server, `create database ${name}`)
  onTestFinished(() => dropDatabase(server, name))
  return { name, url: databaseUrl(server, name) }
}

it('is repeatable, and several jobs may run it at the same time', async () => {
  const { url } = await emptyDatabase()
  const first = await Promise.all([run(url), run(url), run(url)])
  for (const result of [...first, await run(url)])
    expect(result).toEqual({ code: 0, out: 'The database is up to date.\n', err: '' })
})

it('reports a database that cannot be used, without the password', async () => {
  const { code, err, out } = await run('postgres://longrun:canary@127.0.0.1:1/longrun')
  expect([code, out]).toEqual([1, ''])
  expect(err).toMatch(/nothing listens there/)
  expect(err).not.toContain('canary')
})

it('an account that may neither create nor change tables runs the service after it, with the grants of docs/deploy.md', async () => {
  const server = inject('postgresUrl')
  const role = `service_${process.pid}`
  const password = 'longrun-0123456789'
  await execute(server, `create role ${role} login password '${password}'`)
  // After its database, which has the rights.
  onTestFinished(() => execute(server, `drop role ${role}`))
  const { name, url } = await emptyDatabase()
  expect((await run(url)).code).toBe(0)
  const account = Object.assign(new URL(url), { username: role, password })
  const docs = readFileSync(join(root, 'docs/deploy.md'), 'utf8')
  const grants = /```sql\n([^`]*)```/.exec(docs)?.[1] ?? ''
  await execute(url, 'revoke create on schema public from public')
  await execute(url, grants.replaceAll('longrun_service', role).replaceAll('DATABASE longrun', `DATABASE ${name}`))
  await expect(execute(account.href, 'create table forbidden ()')).rejects.toThrow(/permission denied/)
  await expect(execute(account.href, 'drop table operations')).rejects.toThrow(/must be owner/)

  const service = await startTestService({}, { url: account.href, drop: async () => {} })
  onTestFinished(() => service.close())
  const report = await ask(service, '/api/v1/reports:generate', {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=60' },
    body: JSON.stringify({
      reportType: 'ORDERS_SUMMARY',
      dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
      format: 'CSV',
    }),
  })
  expect([report.status, report.body.status]).toEqual([200, 'COMPLETED'])
})
