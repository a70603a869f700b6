import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createGunzip } from 'node:zlib'
import type { Connection } from './database/connect.ts'
import { refreshStatistics } from './database/order-import.ts'
import { noOwner } from './database/schema.ts'
import { importRows } from './handlers/import/import-rows.ts'

const file = resolve(import.meta.dirname, '../data/superstore.csv.gz')

/**
 * Loads the sample orders, which belong to nobody, by the way that imports take; nothing when they are there. Safe when several
 * processes start at once: an import waits for the other of the same owner, and then finds every row unchanged.
 */
export async function loadSample({ copyPool }: Pick<Connection, 'copyPool'>): Promise<void> {
  const client = await copyPool.connect()
  let whole = false
  try {
    const { rows } = await client.query<{ there: boolean }>(
      'select exists (select 1 from orders where owner_id = $1) as there',
      [noOwner],
    )
    if (!rows[0]?.there) {
      const { size } = await stat(file)
      const bytes = createReadStream(file).pipe(createGunzip())
      const source = { bytes, mediaType: 'text/csv', sizeBytes: size }
      await importRows(client, noOwner, source, { signal: new AbortController().signal })
      await client.query('commit')
      await refreshStatistics(client)
    }
    whole = true
  } finally {
    client.release(whole ? undefined : new Error('the sample was not loaded'))
  }
}
