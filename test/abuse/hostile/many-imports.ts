import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { callers, type HostilePattern, report, type Stage, send } from './pattern.ts'

const imports = 12
const sample = join(import.meta.dirname, '../../../data/superstore.csv.gz')

/** Submits with `Prefer: wait`, repeated with the same key until the operation has ended. Returns its status. */
async function untilEnded(url: string, path: string, key: string, body: object): Promise<string> {
  const headers = { prefer: 'wait=60', 'idempotency-key': crypto.randomUUID() }
  for (;;) {
    const answer = await send(url, { method: 'POST', path, key, headers, body: JSON.stringify(body) })
    const { status, done } = answer.json() as { status: string; done?: boolean }
    if (answer.status >= 300) throw new Error(`a submit was answered with ${answer.status}: ${answer.bytes}`)
    if (done) return status
  }
}

/** How long each of the neighbour's reports takes, from its submit to its end. */
async function reports({ url, neighbourKey }: Stage, observations: number): Promise<number[]> {
  const took: number[] = []
  for (let index = 0; index < observations; index += 1) {
    const startedMs = performance.now()
    const status = await untilEnded(url, '/api/v1/reports:generate', neighbourKey, report)
    if (status !== 'COMPLETED') throw new Error(`a neighbour's report has ended as ${status}`)
    took.push(performance.now() - startedMs)
  }
  return took
}

/** The imports of an owner have a concurrency key: those that wait occupy no executor. */
export const pattern: HostilePattern = {
  title: `has ${imports} imports at any time`,
  environment: { LIMIT_SUBMITS: '100000' },
  async prepare({ url, hostileKey: key }) {
    const body = gunzipSync(await readFile(sample))
    const headers = { 'content-type': 'text/csv' }
    const answer = await send(url, { method: 'POST', path: '/api/v1/uploads', key, headers, body })
    if (answer.status !== 201) throw new Error(`the upload was answered with ${answer.status}: ${answer.bytes}`)
    return (answer.json() as { uploadId: string }).uploadId
  },
  async attack({ url, hostileKey, prepared: uploadId }, { begun, stop }) {
    const submit = () => untilEnded(url, '/api/v1/orders:import', hostileKey, { uploadId })
    const ended: string[] = []
    begun()
    await callers(imports, async () => ended.push(await submit()), { begun() {}, stop })
    if (ended.length < imports || ended.some((status) => status !== 'COMPLETED'))
      throw new Error(`imports ended as ${ended}`)
  },
  observe: reports,
  observations: { small: 20, full: 100 },
  p99Ms: 1000,
}
