import { migrate } from '../../server/database/migrate.ts'

/** A process that migrates as every start does, and ends. */
process.stdout.write('Longrun works on its schema.\n')
await migrate(process.env.DATABASE_URL ?? '')
