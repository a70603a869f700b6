import type { Connection } from '../database/connection.ts'
import { secret } from '../database/secrets.ts'
import type { Notifier } from '../notifications/notifier.ts'
import { openPostgresNotifier } from '../notifications/postgres.ts'
import { natsConnected, notificationsError } from '../telemetry/events.ts'
import type { Log } from '../telemetry/log.ts'
import type { Config } from './config.ts'

/** The notifier of a process: PostgreSQL, or NATS and PostgreSQL. Does not wait for NATS. */
export async function openNotifier(
  { NATS_URL: servers }: Config,
  { db, url }: Connection,
  log: Log,
): Promise<Notifier> {
  const postgres = openPostgresNotifier(url, (error) => notificationsError(log, error))
  if (!servers) return postgres
  // Loaded only with NATS, because the import delays the start.
  const [{ openNatsNotifier }, { withPostgres }] = await Promise.all([
    import('../notifications/nats.ts'),
    import('../notifications/both.ts'),
  ])
  const nats = openNatsNotifier(servers, {
    secret: await secret(db, 'notifications'),
    onError: (error) => notificationsError(log, error),
    onConnected: (subjects) => natsConnected(log, { subjects }),
  })
  return withPostgres(nats, postgres)
}
