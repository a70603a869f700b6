/**
 * `npm run bench [-- start submit read report import] [--orders N]`: figures side by side with their peers, in one run on one
 * machine. Ratios carry over to other machines; absolute figures do not. Needs `pgbench` for the ratios against it.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { benchRead } from './read.ts'
import { benchImport, benchReport } from './report.ts'
import { startDatabase, startService } from './rig.ts'
import { benchStart } from './start.ts'
import { benchSubmit } from './submit.ts'

const sections = ['start', 'submit', 'read', 'report', 'import'] as const
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { orders: { type: 'string', default: '1000000' } },
})
const unknown = positionals.filter((name) => !(sections as readonly string[]).includes(name))
if (unknown.length > 0) throw new Error(`unknown section ${unknown.join(', ')}: choose among ${sections.join(', ')}`)
const wanted = (name: (typeof sections)[number]) => positionals.length === 0 || positionals.includes(name)

console.log(`Longrun bench: Node ${process.version}, ${availableParallelism()} cores\n`)
if (wanted('start')) await benchStart()

const database = await startDatabase()
try {
  const env = { DATABASE_URL: database.url }
  if (wanted('submit')) await withService({ ...env, ROLES: 'api' }, (service) => benchSubmit(service, database.url))
  if (wanted('read')) await withService(env, (service) => benchRead(service, database.url))
  if (wanted('report') || wanted('import')) {
    await withService(env, async () => {})
    const seed = ['server/seed.ts', '--orders', values.orders]
    execFileSync(process.execPath, seed, {
      cwd: resolve(import.meta.dirname, '../..'),
      env: { ...process.env, ...env },
    })
  }
  if (wanted('report')) await withService(env, (service) => benchReport(service, database.url))
  if (wanted('import')) {
    const folder = mkdtempSync(join(tmpdir(), 'longrun-lines-'))
    try {
      await withService(env, (service) => benchImport(service, database.url, join(folder, 'lines.csv')))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
} finally {
  await database.stop()
}

async function withService(
  env: Record<string, string>,
  work: (service: Awaited<ReturnType<typeof startService>>) => Promise<void>,
) {
  const service = await startService(env)
  try {
    await work(service)
  } finally {
    await service.stop()
  }
}
