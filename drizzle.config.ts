import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './server/database/schema.ts',
    './server/database/sample-vendors-schema.ts',
    './server/database/webhook-schema.ts',
    './server/database/api-key-schema.ts',
    './server/database/limit-schema.ts',
  ],
  out: './server/database/migrations',
})
