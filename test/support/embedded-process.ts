import { startEmbeddedPostgres } from '../../server/dev/embedded-postgres/start.ts'

/**
 * A process for tests that kill the embedded Postgres or run it as another user: starts it on the folder of the argument, prints
 * the URL in one line, and stops the server when the standard input ends.
 */
const postgres = await startEmbeddedPostgres({ dataDir: process.argv[2] as string })
console.log(postgres.url)
process.stdin.resume()
process.stdin.once('end', () => {
  void postgres.stop().then(() => process.exit())
})
