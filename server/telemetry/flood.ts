export type Bounds = {
  /** Most entries of one source, and of all sources, in `seconds`. */
  each: number
  all: number
  seconds: number
}

/** The entries that were suppressed in one period. `sources` counts up to `all`. */
export type Suppressed = { entries: number; sources: number }

/**
 * Limits log entries per source, so that one source cannot crowd out the others. Returns a function that says whether an entry of a source
 * may be written. `onSuppressed` is called at the end of a period in which entries were suppressed.
 */
export function flood(
  { each, all, seconds }: Bounds,
  onSuppressed: (suppressed: Suppressed) => void,
): (source: string) => boolean {
  const written = new Map<string, number>()
  const suppressedSources = new Set<string>()
  let total = 0
  let entries = 0
  let started = false

  function end() {
    const suppressed = { entries, sources: suppressedSources.size }
    written.clear()
    suppressedSources.clear()
    total = 0
    entries = 0
    started = false
    if (suppressed.entries > 0) onSuppressed(suppressed)
  }

  return (source) => {
    if (!started) {
      started = true
      setTimeout(end, seconds * 1000).unref()
    }
    const before = written.get(source) ?? 0
    if (before < each && total < all) {
      written.set(source, before + 1)
      total += 1
      return true
    }
    entries += 1
    if (suppressedSources.size < all) suppressedSources.add(source)
    return false
  }
}
