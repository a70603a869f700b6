import { defineConfig } from 'vitest/config'

/** The fault suite at its full size, one fault after the other: they measure time. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['server/driver-repairs.ts'],
    pool: 'forks',
    maxWorkers: 1,
    env: { FAULTS: 'full' },
    // A busy machine takes its time; how long is what none of the tests is about that wait so.
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 120_000,
  },
})
