import { fileURLToPath } from 'node:url'
import { createClient } from '../../client/index.ts'
import { freshDatabase } from './fresh.ts'
import { load } from './load.ts'
import { line, median, type Service, startService } from './rig.ts'

const unguarded = fileURLToPath(new URL('processes/unguarded.ts', import.meta.url))
/** More than the measured rate, and small enough that a block of counts is requested once in 20,000 requests. */
const limit = '2000000'

/**
 * Status reads of the service with its defaults, with a key of the environment and with a key of the database, compared with the same
 * service without authentication and rate limits. The variants alternate, because the speed of a machine varies.
 */
export async function benchGuard(server: string, { quick }: { quick: boolean }) {
  const seconds = quick ? 1 : 3
  const rounds = quick ? 1 : 9
  const database = await freshDatabase(server, 1)
  const env = { DATABASE_URL: database.url, ROLES: 'api', LIMIT_READS: limit }
  const service = await startService(env)
  try {
    const withoutGuards = await startService({ ...env, NODE_OPTIONS: `--import ${unguarded}` })
    try {
      const key = await databaseKey(service)
      const path = await submit(service)
      // The service without authentication gets no credential: it would refuse one if it checked.
      const read = async ({ url }: Service, by?: string) => {
        const headers: Record<string, string> = by === undefined ? {} : { authorization: `Bearer ${by}` }
        return (await load({ url: url + path, headers, connections: 10, seconds })).rate
      }
      await read(service, service.key)
      await read(withoutGuards)
      const ratios: { byEnvironment: number; byDatabase: number }[] = []
      for (let round = 0; round < rounds; round++) {
        const without = await read(withoutGuards)
        ratios.push({
          byEnvironment: (await read(service, service.key)) / without,
          byDatabase: (await read(service, key)) / without,
        })
      }
      const check = (name: string, ratio: number) =>
        line(name, ratio.toFixed(2), { text: '≥ 0.85', met: ratio >= 0.85 })
      check('status read with key and limits ÷ without', median(ratios.map(({ byEnvironment }) => byEnvironment)))
      check('the same with a key of the database', median(ratios.map(({ byDatabase }) => byDatabase)))
    } finally {
      await withoutGuards.stop()
    }
  } finally {
    await service.stop()
    await database.drop()
  }
}

async function databaseKey({ url, key }: Service): Promise<string> {
  const response = await fetch(`${url}/api/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', scopes: ['operations:read'] }),
  })
  return ((await response.json()) as { key: string }).key
}

/** The path of an operation with a future `startAfter`. */
async function submit({ url, key }: Service): Promise<string> {
  const startAfter = new Date(Date.now() + 86_400_000).toISOString()
  const operation = await createClient({ baseUrl: url, apiKey: key }).exportCustomers({ format: 'CSV' }, { startAfter })
  return `/api/v1/operations/${operation.id}`
}
