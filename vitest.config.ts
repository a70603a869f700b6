import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['server/driver-repairs.ts', 'server/module-resolution.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    // A busy machine takes its time; how long is what none of the tests is about that wait so.
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 60_000,
  },
})
