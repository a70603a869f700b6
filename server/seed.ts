/** `npm run seed -- --orders 1000000 [--owner NAME]`: expands the sample orders, for load. Needs no running service. */
import { parseArgs } from 'node:util'
import { connect } from './database/connect.ts'
import { startEmbeddedPostgres } from './database/embedded.ts'
import { expandSample } from './database/expand-sample.ts'
import { migrate } from './database/migrate.ts'
import { noOwner } from './database/schema.ts'
import { loadSample } from './sample.ts'

const { values } = parseArgs({ options: { orders: { type: 'string' }, owner: { type: 'string', default: noOwner } } })
const orders = Number(values.orders)
if (!Number.isInteger(orders) || orders < 1) {
  console.error('Say how many: npm run seed -- --orders 1000000 [--owner NAME]')
  process.exit(2)
}

const given = process.env.DATABASE_URL
const embedded = given ? undefined : await startEmbeddedPostgres({ dataDir: process.env.DATA_DIR ?? '.data' })
const url = given ?? (embedded?.url as string)
const connection = connect(url, { poolSize: 1, applicationName: 'longrun seed' })
try {
  await migrate(url)
  await loadSample(connection)
  const started = performance.now()
  await expandSample(connection.copyPool, {
    ownerId: values.owner,
    orders,
    onBatch: (done) => console.log(`${done.toLocaleString('en-US')} of ${orders.toLocaleString('en-US')} orders`),
  })
  console.log(`done in ${((performance.now() - started) / 1000).toFixed(1)} s`)
} finally {
  await connection.close()
  await embedded?.stop()
}
