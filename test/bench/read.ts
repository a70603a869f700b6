import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createClient } from '../../client/index.ts'
import { load } from './load.ts'
import { pgbench, pgbenchPath } from './pgbench.ts'
import { freePort, line, median, ready, type Service } from './rig.ts'

/**
 * Status reads of a waiting operation, as polling clients send them, and the 200 and 304 of a finished operation; compared with the same SELECT by
 * pgbench and the same bytes from bare Hono.
 */
export async function benchRead(service: Service, databaseUrl: string, { quick }: { quick: boolean }) {
  const seconds = quick ? 1 : 5
  const roundCount = quick ? 1 : 3
  const longrun = createClient({ baseUrl: service.url, apiKey: service.key })
  const report = {
    reportType: 'SALES_BY_COUNTRY' as const,
    dateRange: { fromDate: '2014-01-01', toDate: '2017-12-31' },
    format: 'JSON' as const,
  }
  const finished = await longrun.generateReport(report)
  await finished.result()
  const operation = await longrun.generateReport(report, {
    startAfter: new Date(Date.now() + 86_400_000).toISOString(),
  })
  const urlOf = ({ id }: { id: string }) => `${service.url}/api/v1/operations/${id}`
  const url = urlOf(operation)
  const headers = { authorization: `Bearer ${service.key}` }
  const response = await fetch(url, { headers })
  const etag = (await fetch(urlOf(finished), { headers })).headers.get('etag') ?? ''

  const bare = await startBareHono(await response.text())
  const select = `select * from operations where operation_id = '${operation.id.slice(3)}' and owner_id = 'bench';`
  const rounds: { read: number; ended: number; unchanged: number; hono: number; sql: number }[] = []
  try {
    await load({ url, headers, connections: 10, seconds: quick ? 1 : 3 })
    for (let round = 0; round < roundCount; round++) {
      rounds.push({
        read: (await load({ url, headers, connections: 10, seconds })).rate,
        ended: (await load({ url: urlOf(finished), headers, connections: 10, seconds })).rate,
        unchanged: (
          await load({
            url: urlOf(finished),
            headers: { ...headers, 'if-none-match': etag },
            connections: 10,
            seconds,
            expectStatus: 304,
          })
        ).rate,
        hono: (await load({ url: `${bare.url}/read`, connections: 10, seconds })).rate,
        sql: pgbenchPath() ? await pgbench(databaseUrl, select, { connections: 10, seconds }) : Number.NaN,
      })
    }
  } finally {
    await bare.stop()
  }
  line('status reads/s, 10 connections', median(rounds.map(({ read }) => read)).toFixed(0))
  const check = (name: string, ratio: number, bar: number) =>
    line(name, ratio.toFixed(2), { text: `≥ ${bar}`, met: ratio >= bar })
  check('status read ÷ the same SELECT by pgbench', median(rounds.map(({ read, sql }) => read / sql)), 0.25)
  check('status read ÷ bare Hono', median(rounds.map(({ read, hono }) => read / hono)), 0.2)
  check('status read of an ended one ÷ bare Hono', median(rounds.map(({ ended, hono }) => ended / hono)), 0.35)
  check('304 of an ended one ÷ bare Hono', median(rounds.map(({ unchanged, hono }) => unchanged / hono)), 0.5)
}

async function startBareHono(body: string) {
  const port = await freePort()
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-hono.ts')], {
    stdio: 'inherit',
    env: { ...process.env, PORT: String(port), BODY: body },
  })
  const url = `http://127.0.0.1:${port}`
  await ready(url, child)
  const stop = async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  return { url, stop }
}
