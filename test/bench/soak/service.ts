import { setTimeout as delay } from 'node:timers/promises'
import type postgres from 'postgres'
import { type Service, startService, startWorkerService } from '../rig.ts'

type Worker = Omit<Service, 'url' | 'key'>

/**
 * Two APIs and two workers over one database. One of each role is kept, for the slope of its memory; the others are killed and replaced.
 */
export async function startProcesses(env: Record<string, string>) {
  const keptApi = await startService({ ...env, ROLES: 'api' })
  const workerEnv = { ...env, PUBLIC_URL: keptApi.url }
  const keptWorker = await startWorkerService(workerEnv)
  let api: Service | undefined = await startService({ ...env, ROLES: 'api' })
  let worker: Worker | undefined = await startWorkerService(workerEnv)
  const lifetimes: string[] = []

  return {
    kept: { api: keptApi, worker: keptWorker },
    /** The pids of all processes that run. */
    watched: () => ({
      api: keptApi.pid,
      worker: keptWorker.pid,
      ...(api ? { 'replaced api': api.pid } : {}),
      ...(worker ? { 'replaced worker': worker.pid } : {}),
    }),
    urls: () => [keptApi.url, ...(api ? [api.url] : [])],
    kills: () => lifetimes.length,
    /** Ends an API or a worker, mostly by SIGKILL, and starts another one. The address of an API that has ended stays for a moment. */
    async replaceOne() {
      const signal = Math.random() < 0.75 ? 'kill' : 'stop'
      if (Math.random() < 0.5 && api) {
        await api[signal]()
        await delay(500)
        api = undefined
        api = await startService({ ...env, ROLES: 'api' })
        lifetimes.push(`api ${signal}`)
      } else if (worker) {
        await worker[signal]()
        worker = undefined
        worker = await startWorkerService(workerEnv)
        lifetimes.push(`worker ${signal}`)
      }
    },
    stop: () => Promise.all([keptApi, keptWorker, api, worker].map(async (one) => one?.stop())),
  }
}

/** Terminates the connections of the services, but not that of the soak. */
export async function terminateBackends(sql: postgres.Sql): Promise<number> {
  const rows = await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name <> current_setting('application_name') and backend_type = 'client backend'`
  return rows.length
}
