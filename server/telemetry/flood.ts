export type Bounds = {
  /** Of one source, and of all of them, within a stretch of time. */
  each: number
  all: number
  seconds: number
}

/** What was let go by in one stretch of time; `sources` counts up to the bound of all. */
export type Suppressed = { entries: number; sources: number }

/**
 * Lets so many entries through and no more, so that one source cannot drown the others. `told` hears at the end of a stretch how many were
 * not let through, if any.
 */
export function flood(
  { each, all, seconds }: Bounds,
  told: (suppressed: Suppressed) => void,
): (source: string) => boolean {
  const written = new Map<string, number>()
  const silenced = new Set<string>()
  let total = 0
  let entries = 0
  let begun = false

  function end() {
    const suppressed = { entries, sources: silenced.size }
    written.clear()
    silenced.clear()
    total = 0
    entries = 0
    begun = false
    if (suppressed.entries > 0) told(suppressed)
  }

  return (source) => {
    if (!begun) {
      begun = true
      setTimeout(end, seconds * 1000).unref()
    }
    const before = written.get(source) ?? 0
    if (before < each && total < all) {
      written.set(source, before + 1)
      total += 1
      return true
    }
    entries += 1
    if (silenced.size < all) silenced.add(source)
    return false
  }
}
