import type { Output } from './output.ts'

/** 128 + SIGINT, as shells report it. */
const interrupted = 130

/** Runs until it has ended (exit code 0), or until Ctrl-C: the work continues, and a note says how to follow it again. */
export async function followed(
  output: Output,
  again: string,
  run: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const detaching = new AbortController()
  const detach = () => detaching.abort(new Error('detached'))
  process.once('SIGINT', detach)
  try {
    return await run(detaching.signal)
  } catch (error) {
    if (!detaching.signal.aborted) throw error
    output.note(`Detached; the work continues. Follow it again with: ${again}`)
    return interrupted
  } finally {
    process.off('SIGINT', detach)
  }
}
