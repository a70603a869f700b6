import { setTimeout as delay } from 'node:timers/promises'
import { Logger, run, WorkerPreset } from 'graphile-worker'
import pg from 'pg'

/** One worker of graphile-worker, with its defaults or with the settings that its documentation recommends for throughput. */
const { url, tuned, count, warmUp } = JSON.parse(process.argv[2] as string)
process.once('disconnect', () => process.exit(1))

const tuning = { concurrentJobs: 24, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }
let done = 0
let began = 0
const finished = Promise.withResolvers<void>()
const runner = await run({
  connectionString: url,
  maxPoolSize: 10,
  noHandleSignals: true,
  // Without a logger, because a line for each job would be measured too.
  logger: new Logger(() => () => {}),
  taskList: { noop: async () => {} },
  ...(tuned ? { preset: { extends: [WorkerPreset], worker: { ...tuning, connectionString: url } } } : {}),
})
runner.events.on('job:complete', () => {
  done += 1
  if (done === warmUp) began = performance.now()
  if (done === count) finished.resolve()
})
process.once('SIGTERM', () => process.exit(0))
process.send?.('ready')
await finished.promise
// When completions are written in batches, a completion is reported before it is written.
const client = new pg.Client(url)
await client.connect()
while ((await client.query('select from graphile_worker._private_jobs limit 1')).rows.length > 0) await delay(5)
process.send?.({ rate: ((count - warmUp) * 1000) / (performance.now() - began) })
