import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './server/database/schema/operations.ts',
    './server/database/schema/sample-vendors.ts',
    './server/database/schema/webhooks.ts',
    './server/database/schema/api-keys.ts',
    './server/database/schema/limits.ts',
  ],
  out: './server/database/migrations',
  migrations: { schema: 'public', table: 'longrun_migrations' },
})
