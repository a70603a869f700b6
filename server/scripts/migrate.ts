/**
 * `npm run migrate`: brings the schema of the database up to date, and ends. A service does the same when it starts; this is for deployments
 * that migrate first, with an account that may create tables, and run the service with one that may not (docs/deploy.md).
 */
import { OperatorError } from '../domain/operator-error.ts'
import { visitDatabase } from './open-database.ts'

try {
  await visitDatabase('migrate', async () => console.log('The database is up to date.'))
} catch (error) {
  if (!(error instanceof OperatorError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
