/** How long operations of a type have typically taken lately, in seconds. Undefined: not known, or not yet. */
export type TypicalSeconds = (type: string) => number | undefined

/** What is known may be this old. */
const freshMs = 10_000

/**
 * Typical durations from memory, so that no answer waits for them: a look at what is older than ten seconds has them read anew,
 * for later looks. Reads them once by itself, at once.
 */
export function rememberDurations(read: () => Promise<ReadonlyMap<string, number>>): TypicalSeconds {
  let known: ReadonlyMap<string, number> = new Map()
  let askedMs = Number.NEGATIVE_INFINITY

  function refresh() {
    if (performance.now() - askedMs < freshMs) return
    askedMs = performance.now()
    // An estimate is worth no error: what was known stays, and a later look tries again.
    read().then(
      (durations) => {
        known = durations
      },
      () => {},
    )
  }

  refresh()
  return (type) => {
    refresh()
    return known.get(type)
  }
}
