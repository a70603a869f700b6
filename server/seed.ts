/** `npm run seed -- --orders 1000000 [--owner NAME]`: expands the sample orders, for load. Needs no running service. */
import { parseArgs } from 'node:util'
import { expandSample } from './database/expand-sample.ts'
import { noOwner } from './database/schema.ts'
import { loadSample } from './sample.ts'
import { visitDatabase } from './visit.ts'

const { values } = parseArgs({ options: { orders: { type: 'string' }, owner: { type: 'string', default: noOwner } } })
const orders = Number(values.orders)
if (!Number.isInteger(orders) || orders < 1) {
  console.error('Say how many: npm run seed -- --orders 1000000 [--owner NAME]')
  process.exit(2)
}

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
