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
    hookTimeout: 120_000,
  },
})
