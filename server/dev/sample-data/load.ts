import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import type { Connection } from '../../database/connection.ts'
import { refreshStatistics } from '../../database/orders/import.ts'
import { noOwner } from '../../database/schema/orders.ts'
import { importRows } from '../../handlers/import/import-rows.ts'
import { packageRoot } from '../../lib/package.ts'

const file = join(packageRoot, 'data/superstore.csv.gz')

/**
 * Imports the sample orders, unless they exist. Safe if several processes start concurrently: imports of one owner run one after the other, and
 * the second one finds every row unchanged.
 */
export async function loadSample({ copyPool }: Pick<Connection, 'copyPool'>): Promise<void> {
  const client = await copyPool.connect()
  try {
    const { rows } = await client.query<{ there: boolean }>(
      'select exists (select 1 from orders where owner_id = $1) as there',
      [noOwner],
    )
    if (!rows[0]?.there) {
      const { size } = await stat(file)
      const bytes = createReadStream(file).pipe(createGunzip())
      const source = { bytes, mediaType: 'text/csv', sizeBytes: size }
      await importRows(client, { ownerId: noOwner, mostLines: undefined }, source, {
        signal: new AbortController().signal,
      })
      await client.query('commit')
      await refreshStatistics(client)
    }
  } finally {
    // The pool is not used afterwards, and a transaction that failed must not stay open.
    client.release(true)
  }
}
