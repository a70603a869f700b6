import { defineConfig } from 'vitest/config'

/** The fuzz at its full size. */
export default defineConfig({
  test: {
    include: ['test/abuse/fuzz.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['server/driver-repairs.ts'],
    pool: 'forks',
    env: { FUZZ: 'full' },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
