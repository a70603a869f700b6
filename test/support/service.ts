import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { readConfig } from '../../server/app/config.ts'
import { type ServiceOptions, startService } from '../../server/app/service.ts'
import type { Fetch } from '../../server/http/server.ts'
import { defaultTimeouts } from '../../server/http/timeouts.ts'
import type { Log } from '../../server/telemetry/log.ts'
import { recordAnswers } from './answers.ts'
import { bundled } from './bundle.ts'
import { createDatabase, type TestDatabase } from './database.ts'
import { noLimits } from './limits.ts'
import { createSpecCheck, type SpecCheck } from './spec-check.ts'

export type TestService = {
  url: string
  /** A key of the first owner with all scopes. */
  apiKey: string
  /** The actor of this key in histories and the audit log. */
  actor: string
  /** A key of another owner with all scopes. */
  otherKey: string
  /** A key of the first owner that may only administer keys. */
  powerlessKey: string
  /** A key of the first owner that may only read operations. */
  readerKey: string
  databaseUrl: string
  /** Empty without METRICS_PORT. */
  metricsUrl: string
  dataDir: string
  check: SpecCheck
  /** Stops the service, drops its database, and throws when a response violated the spec. */
  close(): Promise<void>
}

export const testOwner = 'alice'
export const otherOwner = 'bob'

/** A short timeout for idle bodies, so that it can be tested for each endpoint. */
const testTimeouts = { ...defaultTimeouts, idleMs: 3000 }

/**
 * The service with its defaults: HTTP on a free port, a database cloned from the template, and two owners. `environment` changes its
 * configuration; a `given` database is not dropped when the service is closed. Nothing is logged without a `log`. `wrapFetch` wraps the
 * API, inside the check of its responses.
 */
export async function startTestService(
  environment: Record<string, string> = {},
  given?: TestDatabase,
  log?: Log,
  { timeouts = testTimeouts, wrapFetch = (fetch: Fetch) => fetch, ...more }: Omit<ServiceOptions, 'log'> = {},
): Promise<TestService> {
  const database = given ?? (await createDatabase({ withSample: true }))
  const dataDir = await mkdtemp(join(tmpdir(), 'longrun-test-'))
  const check = createSpecCheck()
  const apiKey = 'alice-0123456789abcdef'
  const otherKey = 'bob-0123456789abcdef'
  const powerlessKey = 'alice-admin-0123456789'
  const readerKey = 'alice-reads-0123456789'
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    DATABASE_POOL_SIZE: '30',
    LOG_LEVEL: 'silent',
    ...noLimits,
    API_KEYS: `${testOwner}:${apiKey},${otherOwner}:${otherKey},${testOwner}:${powerlessKey}:admin,${testOwner}:${readerKey}:operations:read`,
    ...environment,
  })
  const service = await startService(config, {
    // Each executor costs half a second of processor time.
    executors: { handlers: bundled('handlers'), count: 1 },
    wrapFetch: (fetch) => check.wrap(wrapFetch(fetch)),
    timeouts,
    ...more,
    ...(log ? { log } : {}),
  })
  return {
    url: service.url ?? '',
    apiKey,
    actor: `key:${createHash('sha256').update(apiKey).digest('hex').slice(0, 8)}`,
    otherKey,
    powerlessKey,
    readerKey,
    databaseUrl: database.url,
    metricsUrl: service.metricsUrl ?? '',
    dataDir,
    check,
    async close() {
      await service.close()
      if (!given) await database.drop()
      await rm(dataDir, { recursive: true, force: true })
      recordAnswers(inject('answersFolder'), check)
      check.assertKept()
    },
  }
}
