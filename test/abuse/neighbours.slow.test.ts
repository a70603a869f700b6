import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { openRig } from '../faults/rig.ts'
import { noLimits } from '../support/limits.ts'
import { isFull } from '../support/size.ts'
import { type HostilePattern, type Stage, statusReads } from './hostile/pattern.ts'

const size = isFull ? 'full' : 'small'
/** The small size may run beside other work, so its limits are four times as long. */
const sharing = size === 'full' ? 1 : 4

const hostileOwner = 'hostile'
const neighbourOwner = 'neighbour'
const hostileKey = 'hostile-0123456789abcdef'
const hostileReadKey = 'hostile-reads-0123456789'
const neighbourKey = 'neighbour-0123456789abcdef'

const folder = join(import.meta.dirname, 'hostile')
const files = readdirSync(folder).filter((name) => !['pattern.ts', 'attacker.ts'].includes(name))
const patterns = await Promise.all(
  files.map(async (name) => {
    const { pattern } = (await import(join(folder, name))) as { pattern: HostilePattern }
    return { name: name.replace('.ts', ''), file: join(folder, name), pattern }
  }),
)

/** Starts the attack; resolves when it is in force. Rejects, then or at `stop`, when it failed. */
async function attack(file: string, stage: Stage) {
  const { sql: _, printed: __, ...target } = stage
  const worker = new Worker(join(folder, 'attacker.ts'), { workerData: { file, target } })
  const ended = once(worker, 'exit')
  ended.catch(() => {})
  await Promise.race([once(worker, 'message'), ended])
  return {
    async stop() {
      worker.postMessage('stop')
      const [code] = await ended
      expect(code, 'the attack itself failed').toBe(0)
    },
  }
}

function percentile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

describe('a neighbour is served', () => {
  it.each(patterns)('while one tenant $pattern.title ($name)', { timeout: 300_000 }, async ({ file, pattern }) => {
    const { observe = statusReads, observations = { small: 120, full: 1000 }, p99Ms } = pattern
    await using rig = await openRig()
    const service = await rig.startApi({
      ...Object.fromEntries(Object.keys(noLimits).map((name) => [name, ''])),
      ROLES: 'api,worker',
      API_KEYS: `${hostileOwner}:${hostileKey},${hostileOwner}:${hostileReadKey}:operations:read,${neighbourOwner}:${neighbourKey}`,
      ...pattern.environment,
    })
    const stage: Stage = {
      url: service.url,
      size,
      hostileKey,
      hostileReadKey,
      hostileOwner,
      neighbourOwner,
      neighbourKey,
      databaseUrl: rig.url,
      sql: rig.sql,
      folder: rig.folder,
      printed: service.printed,
      prepared: undefined,
    }
    stage.prepared = await pattern.prepare?.(stage)
    const alone = percentile(await observe(stage, Math.ceil(observations.small / 4)), 0.99)
    const attacking = await attack(file, stage)
    const figures = await observe(stage, observations[size])
    await attacking.stop()
    const p99 = percentile(figures, 0.99)
    process.stdout.write(
      `${pattern.title}: p50 ${percentile(figures, 0.5).toFixed(0)} ms, p99 ${p99.toFixed(0)} ms (bar ${p99Ms}); alone ${alone.toFixed(0)}\n`,
    )
    await pattern.afterwards?.(stage)
    // The worker is alive and has not lost the lease of its running operations.
    expect(service.printed()).not.toMatch(/lease.lost|out of memory/i)
    expect(p99).toBeLessThan(p99Ms * sharing)
  })
})
