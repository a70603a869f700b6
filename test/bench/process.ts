import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export type Child = {
  pid: number
  /** The next message of the process; rejects when it ends first. */
  message(): Promise<unknown>
  stop(): Promise<void>
  kill(): Promise<void>
}

/**
 * Runs `processes/<name>.ts` in a separate process with `options` as JSON; resolves when the process reports that it is ready. A queue has
 * the event loop of its process to itself, so it does not share processor time with another queue or with the bench.
 */
export async function startChild(name: string, options: object): Promise<Child> {
  const child = fork(join(import.meta.dirname, 'processes', `${name}.ts`), [JSON.stringify(options)])
  const gone = once(child, 'exit')
  const message = async () => {
    const early = gone.then(([code]) => {
      throw new Error(`the process of ${name} ended with ${code}`)
    })
    const [message] = await Promise.race([once(child, 'message'), early])
    return message
  }
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await gone
  }
  await message()
  return { pid: child.pid as number, message, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}
