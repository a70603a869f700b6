import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk'

/** One process of DBOS Transact: fills a queue with workflows that do nothing, then runs them, with a pool of 10 connections. */
const { url, count, warmUp, concurrency } = JSON.parse(process.argv[2] as string)
process.once('disconnect', () => process.exit(1))
process.once('SIGTERM', () => process.exit(0))

let done = 0
let began = 0
const finished = Promise.withResolvers<void>()
DBOS.registerWorkflow(
  async () => {
    done += 1
    if (done === warmUp) began = performance.now()
    if (done === count) finished.resolve()
  },
  { name: 'noop' },
)
DBOS.setConfig({ name: 'bench', systemDatabaseUrl: url, systemDatabasePoolSize: 10, logLevel: 'error' })
await DBOS.launch()
// Before the queue is registered, so that nothing runs yet.
const client = await DBOSClient.create({ systemDatabaseUrl: url })
const enqueue = () => client.enqueue({ queueName: 'noops', workflowName: 'noop' })
for (let filled = 0; filled < count; filled += 100) await Promise.all(Array.from({ length: 100 }, enqueue))
await client.destroy()
process.send?.('ready')
await DBOS.registerQueue('noops', { workerConcurrency: concurrency, minPollingIntervalMs: 10 })
await finished.promise
process.send?.({ rate: ((count - warmUp) * 1000) / (performance.now() - began) })
