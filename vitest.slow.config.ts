import { defineConfig } from 'vitest/config'
import { SlowestFirst } from './test/support/slowest-first.ts'

/** They compare times, which other tests on the same machine would change. */
const alone = [
  'test/**/{many-rows,neighbours,start-time}.slow.test.ts',
  'test/faults/{event-loop-blocked,hostile-handlers,migrations-online,notifications-dropped}.test.ts',
  'test/faults/rolling-restarts.test.ts',
]

/** They wait for times that have passed, such as leases, and compute little. */
const waiting = [
  'test/service/metrics-database.slow.test.ts',
  'test/faults/{files-stored,slow-callers,worker-dies}.test.ts',
]

const common = {
  pool: 'forks',
  // How long a busy machine may take; none of the tests that poll is about that time.
  expect: { poll: { timeout: 15_000 } },
  testTimeout: 60_000,
  hookTimeout: 120_000,
} as const

/**
 * First the long integration tests, as `vitest.config.ts` runs the others. Then suites that take minutes: processes, the embedded Postgres, fuzz
 * and faults; then those that compare times, one or a few at a time.
 */
export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    sequence: { sequencer: SlowestFirst },
    projects: [
      {
        test: {
          ...common,
          name: 'long',
          include: ['test/**/*.long.test.ts'],
          execArgv: ['--max-semi-space-size=64'],
          isolate: false,
          maxWorkers: 4,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: 'together',
          include: ['test/**/*.slow.test.ts', 'test/faults/**/*.test.ts'],
          exclude: [...alone, ...waiting],
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      { test: { ...common, name: 'waiting', include: waiting, maxWorkers: 3, sequence: { groupOrder: 3 } } },
      { test: { ...common, name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 2 } } },
    ],
  },
})
