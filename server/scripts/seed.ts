/** `npm run seed -- --orders 1000000 [--owner NAME]`: expands the sample orders, for load tests. Needs no running service. */
import { parseArgs } from 'node:util'
import { noOwner } from '../database/schema/orders.ts'
import { visitDatabase } from './open-database.ts'

const { values } = parseArgs({ options: { orders: { type: 'string' }, owner: { type: 'string', default: noOwner } } })
const orders = Number(values.orders)
if (!Number.isInteger(orders) || orders < 1) {
  console.error('Usage: npm run seed -- --orders 1000000 [--owner NAME]')
  process.exit(2)
}

const { expandSample } = await import('../dev/sample-data/expand.ts')
const { loadSample } = await import('../dev/sample-data/load.ts')

await visitDatabase('seed', async (connection) => {
  await loadSample(connection)
  const started = performance.now()
  await expandSample(connection.copyPool, {
    ownerId: values.owner,
    orders,
    onBatch: (done) => console.log(`${done.toLocaleString('en-US')} of ${orders.toLocaleString('en-US')} orders`),
  })
  console.log(`done in ${((performance.now() - started) / 1000).toFixed(1)} s`)
})
