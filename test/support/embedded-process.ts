import { startEmbeddedPostgres } from '../../server/database/embedded.ts'

/**
 * A process of its own for tests that kill it, or run it as another user: starts the embedded Postgres on the folder of its
 * argument, prints the URL in one line, and stops it when its input ends.
 */
const postgres = await startEmbeddedPostgres({ dataDir: process.argv[2] as string })
console.log(postgres.url)
process.stdin.resume()
process.stdin.once('end', () => {
  void postgres.stop().then(() => process.exit())
})
