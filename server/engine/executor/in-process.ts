import { type Resources, serve } from './child/serve.ts'
import type { OpenLink } from './pool.ts'
import type { FromExecutor, ToExecutor } from './protocol.ts'

/**
 * Opens executors inside this process, for handlers that are closures. Such an executor cannot be killed: its messages are ignored
 * afterwards, and its handlers run on without effect.
 */
export function inProcessExecutor(resources: Resources): OpenLink {
  return ({ received, exited }) => {
    let alive = true
    const receive = serve(resources, (messages) => {
      const copies = copyOf(messages)
      if (alive) received(copies)
    })
    return {
      send(messages) {
        const copies: ToExecutor[] = copyOf(messages)
        queueMicrotask(() => receive(copies))
      },
      rssBytes: () => undefined,
      kill() {
        alive = false
        queueMicrotask(exited)
      },
    }
  }
}

/** The same JSON as between processes. */
function copyOf<M extends FromExecutor[] | ToExecutor[]>(messages: M): M {
  return JSON.parse(JSON.stringify(messages))
}
