/** How long operations of a type have typically taken lately, in seconds; undefined if not known. */
export type TypicalSeconds = (type: string) => number | undefined

const refreshMs = 10_000

/**
 * Typical durations from memory, so that no response waits for them. A call starts to read them again if they are older than ten seconds,
 * for later calls. They are first read at once.
 */
export function createDurationCache(read: () => Promise<ReadonlyMap<string, number>>): TypicalSeconds {
  let durations: ReadonlyMap<string, number> = new Map()
  let readMs = Number.NEGATIVE_INFINITY

  function refresh() {
    if (performance.now() - readMs < refreshMs) return
    readMs = performance.now()
    read().then(
      (fresh) => {
        durations = fresh
      },
      // An estimate is not worth an error: the known durations stay until the next refresh.
      () => {},
    )
  }

  refresh()
  return (type) => {
    refresh()
    return durations.get(type)
  }
}
