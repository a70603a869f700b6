/** A map that never grows beyond a size: what has not been asked for lately is forgotten first. */
export type Bounded<Value> = {
  get(key: string): Value | undefined
  /** Like `get`, but does not count as asking. */
  peek(key: string): Value | undefined
  set(key: string, value: Value): void
  delete(key: string): void
}

/**
 * At most `most`, of which the half that was used last always stays. In two generations: a hit in the younger, as almost all are, costs
 * one look-up and moves nothing.
 */
export function bounded<Value>(most: number): Bounded<Value> {
  let young = new Map<string, Value>()
  let old = new Map<string, Value>()

  function set(key: string, value: Value) {
    old.delete(key)
    young.set(key, value)
    if (young.size < most / 2) return
    old = young
    young = new Map()
  }

  return {
    get(key) {
      const value = young.get(key)
      if (value !== undefined) return value
      const older = old.get(key)
      if (older !== undefined) set(key, older)
      return older
    },
    peek: (key) => young.get(key) ?? old.get(key),
    set,
    delete(key) {
      young.delete(key)
      old.delete(key)
    },
  }
}
