import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { SlowestFirst } from './test/support/slowest-first.ts'

/**
 * Unit and integration tests, in less than five minutes. `vitest.slow.config.ts` has those that take longer (`*.long.test.ts`), and suites that
 * start processes, measure time or break things (`*.slow.test.ts`, `test/faults`).
 */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.{long,slow}.test.ts', 'test/faults/**'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // The heap of a process with many files is large, so that each collection of the young generation costs more.
    execArgv: ['--max-semi-space-size=64'],
    // Importing the server takes seconds of processor time, so a process runs many test files.
    isolate: false,
    // More than there are cores: many tests wait for leases, backoffs and deadlines. They share one Postgres.
    maxWorkers: Math.min(6, Math.ceil(1.5 * availableParallelism())),
    sequence: { sequencer: SlowestFirst },
    // How long a busy machine may take; none of the tests that poll is about that time.
    expect: { poll: { timeout: 15_000 } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
