import type { NatsNotifier } from './nats.ts'
import type { Notifier } from './notifier.ts'

/**
 * Sends through NATS while it is connected, otherwise through PostgreSQL, and listens to both: `resolve_dependents` sends its notifications
 * through PostgreSQL, and so does a process without NATS.
 */
export function withPostgres(nats: NatsNotifier, postgres: Notifier): Notifier {
  const current = () => (nats.isConnected() ? nats : postgres)
  const stopAll = (stops: (() => void)[]) => () => {
    for (const stop of stops) stop()
  }
  return {
    notify: (kind, ...operationIds) => current().notify(kind, ...operationIds),
    wake: (type, ...operationIds) => current().wake(type, ...operationIds),
    carriesEvents: () => nats.carriesEvents(),
    publish: (events) => current().publish(events),
    listen: (kind, onNotified) => stopAll([nats.listen(kind, onNotified), postgres.listen(kind, onNotified)]),
    listenForWakes: (types, onWake) => nats.listenForWakes(types, onWake),
    follow: (followed, onEvents) => nats.follow(followed, onEvents),
    resumed: (onResumed) => stopAll([nats.resumed(onResumed), postgres.resumed(onResumed)]),
    async close() {
      await Promise.all([nats.close(), postgres.close()])
    },
  }
}
