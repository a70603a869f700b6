/** A value that is created when it is first used. */
export type Lazy<T> = {
  get(): T
  /** Undefined while it is not used. */
  used(): T | undefined
}

export function lazy<T>(create: () => T): Lazy<T> {
  let value: T | undefined
  return {
    get: () => {
      value ??= create()
      return value
    },
    used: () => value,
  }
}
