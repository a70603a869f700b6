import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { SlowestFirst } from './test/support/slowest-first.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['server/driver-repairs.ts', 'server/module-resolution.ts'],
    pool: 'forks',
    // More than there are cores: many tests wait for leases, backoffs and deadlines, and can do so together. They share one Postgres.
    maxWorkers: Math.min(6, Math.ceil(1.5 * availableParallelism())),
    sequence: { sequencer: SlowestFirst },
    // A busy machine takes its time; how long is what none of the tests is about that wait so.
    expect: { poll: { timeout: 15_000 } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
