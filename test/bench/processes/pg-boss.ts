import { PgBoss } from 'pg-boss'

/** One worker of pg-boss in its fastest form: batches of 100 that are fetched and completed one after the other. */
const { url, queue, warmUp } = JSON.parse(process.argv[2] as string)
const boss = new PgBoss({ connectionString: url, max: 10, supervise: false, schedule: false })
boss.on('error', (error) => console.error(error))
process.once('disconnect', () => process.exit(1))
process.once('SIGTERM', () => process.exit(0))
await boss.start()
process.send?.('ready')

let done = 0
let began = performance.now()
let counted = 0
for (;;) {
  const jobs = await boss.fetch(queue, { batchSize: 100 })
  if (jobs.length === 0) break
  await boss.complete(
    queue,
    jobs.map(({ id }) => id),
  )
  done += jobs.length
  if (done <= warmUp) began = performance.now()
  else counted += jobs.length
}
process.send?.({ rate: (counted * 1000) / (performance.now() - began) })
