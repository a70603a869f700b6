import { LongrunProblem } from '../errors.ts'
import type { Longrun } from '../index.ts'
import { sleep } from '../waiting.ts'

/** Pause after an error that may pass, such as a lost network. */
const retryMs = 10_000
/** How long a state is kept after the last component has left it, for a component that shows it again or is suspended until it has arrived. */
const keptMs = 30_000

export type State = { loading: boolean; error: Error | undefined }

/**
 * What components show together: a state that `run` updates while at least one component subscribes. An error that may pass is shown and
 * `run` is called again; a refusal of the service ends it until `restart()`.
 */
export class Shared<S extends State> {
  state: S
  #run: (signal: AbortSignal) => Promise<void>
  #drop: () => void
  #listeners = new Set<() => void>()
  #running: AbortController | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(state: S, run: (signal: AbortSignal) => Promise<void>, drop: () => void) {
    this.state = state
    this.#run = run
    this.#drop = drop
  }

  set(change: Partial<S>): void {
    this.state = { ...this.state, ...change }
    for (const listener of this.#listeners) listener()
  }

  subscribe(listener: () => void): () => void {
    // Each subscriber counts, also when two pass the same function.
    const own = () => listener()
    this.#listeners.add(own)
    clearTimeout(this.#timer)
    if (!this.#running) this.#start()
    return () => {
      // Not at once: StrictMode unsubscribes and subscribes again, and so does a change of pages.
      if (this.#listeners.delete(own)) this.#endUnused()
    }
  }

  /** Ends the subscription, reads again and subscribes again. */
  restart(): void {
    this.#end()
    if (this.#listeners.size > 0) this.#start()
  }

  /** Keeps the state for that time unless a component subscribes. */
  keep(ms = keptMs): void {
    clearTimeout(this.#timer)
    if (this.#listeners.size === 0) this.#timer = setTimeout(this.#drop, ms)
  }

  #endUnused(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (this.#listeners.size > 0) return
      this.#end()
      if (this.state.error) this.#drop()
      else this.keep()
    })
  }

  #end(): void {
    this.#running?.abort()
    this.#running = undefined
  }

  #start(): void {
    const running = new AbortController()
    this.#running = running
    void this.#repeat(running.signal)
  }

  async #repeat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        return await this.#run(signal)
      } catch (error) {
        if (signal.aborted) return
        this.set({ error, loading: false } as Partial<S>)
        if (isRefusal(error)) return
        await sleep(retryMs, signal).catch(() => {})
      }
    }
  }
}

/** Whether the service has decided: the same request is refused again. */
export function isRefusal(error: unknown): boolean {
  return error instanceof LongrunProblem && error.status < 500 && error.status !== 429
}

type Entries = Map<string, Shared<State>>

const entriesOfClients = new WeakMap<Longrun, Entries>()

/**
 * What the components of a page share under `key`, for `useSyncExternalStore`. Only subscribed components and suspended ones make an entry, so that a
 * server collects nothing. An empty key is never shared.
 */
export function sourceOf<S extends State, E extends Shared<S>>(
  longrun: Longrun,
  key: string,
  first: S,
  make: (drop: () => void) => E,
) {
  const entries: Entries = entriesOfClients.get(longrun) ?? new Map()
  entriesOfClients.set(longrun, entries)
  const known = () => entries.get(key) as E | undefined
  function entry(): E {
    const found = known()
    if (found) return found
    const made = make(() => {
      if (known() === made) entries.delete(key)
    })
    entries.set(key, made as unknown as Shared<State>)
    made.keep()
    return made
  }
  return {
    known,
    entry,
    subscribe: (listener: () => void) => (key === '' ? () => {} : entry().subscribe(listener)),
    state: () => known()?.state ?? first,
    /** Of the server, and of the browser until it has taken over what the server rendered. */
    firstState: () => first,
  }
}
