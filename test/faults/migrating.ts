import { migrate } from '../../server/database/migrate.ts'
import { foldersOf } from '../support/schema-copy.ts'

/** A process that migrates the database to the schema in `SCHEMA_FOLDER`, as each start does, and exits. */
process.stdout.write('Longrun works on its schema.\n')
await migrate(process.env.DATABASE_URL ?? '', foldersOf(process.env.SCHEMA_FOLDER ?? ''))
