import { callers, type HostilePattern, send } from './pattern.ts'

const createdKeys = 99
const readers = 60

/** The owner's limit of reads. The attack reaches it in the first seconds and continues. */
const ownerReads = 300

async function createKey(url: string, key: string): Promise<string> {
  const body = JSON.stringify({ name: 'flood', scopes: ['operations:read'] })
  const response = await send(url, { method: 'POST', path: '/api/v1/keys', key, body })
  if (response.status !== 201) throw new Error(`the creation of a key got ${response.status}: ${response.bytes}`)
  return (response.json() as { key: string }).key
}

export const pattern: HostilePattern = {
  title: 'creates a hundred keys and reads with all of them at full rate',
  environment: { LIMIT_READS: '1000000', LIMIT_OWNER_READS: String(ownerReads) },
  async prepare({ url, hostileKey }) {
    const keys: string[] = []
    for (let count = 0; count < createdKeys; count++) keys.push(await createKey(url, hostileKey))
    return keys
  },
  async attack({ url, prepared }, control) {
    const keys = prepared as string[]
    const counts = new Map<number, number>()
    const startedMs = performance.now()
    let next = 0
    const read = async () => {
      const key = keys[next++ % keys.length] ?? ''
      const { status } = await send(url, { path: '/api/v1/operations?pageSize=1', key })
      counts.set(status, (counts.get(status) ?? 0) + 1)
    }
    await callers(readers, read, control)
    const windows = Math.ceil((performance.now() - startedMs) / 60_000) + 1
    const served = counts.get(200) ?? 0
    if (served > windows * ownerReads) throw new Error(`${served} reads of one owner were served in ${windows} windows`)
    if ((counts.get(429) ?? 0) === 0) throw new Error('the attack did not reach the limit of its owner')
  },
  p99Ms: 250,
  async afterwards({ sql, hostileOwner }) {
    const [row] = await sql<{ points: number }[]>`
      select points from rate_limits where key = ${`owner-reads:${hostileOwner}`}`
    if (!row) throw new Error('the reads of the owner were not counted')
  },
}
