import { type Resources, serve } from './executor/serve.ts'
import type { OpenLink } from './executors.ts'
import type { FromExecutor, ToExecutor } from './protocol.ts'

/**
 * An executor inside this process, for handlers that are closures. It cannot be ended: killed, it is no longer listened to, and what
 * runs there runs on to no effect.
 */
export function executorInside(resources: Resources): OpenLink {
  return ({ heard, ended }) => {
    let alive = true
    const hear = serve(resources, (messages) => {
      const copies = copyOf(messages)
      if (alive) heard(copies)
    })
    return {
      send(messages) {
        const copies: ToExecutor[] = copyOf(messages)
        queueMicrotask(() => hear(copies))
      },
      rssBytes: () => undefined,
      kill() {
        alive = false
        queueMicrotask(ended)
      },
    }
  }
}

/** As messages between processes travel. */
function copyOf<M extends FromExecutor[] | ToExecutor[]>(messages: M): M {
  return JSON.parse(JSON.stringify(messages))
}
