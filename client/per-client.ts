import type { Calls } from './calls.ts'

/** State of a client that is created at its first use, by code that is loaded at its first use. */
export function perClient<State>(create: (calls: Calls) => State): (calls: Calls) => State {
  const states = new WeakMap<Calls, State>()
  return (calls) => {
    const state = states.get(calls) ?? create(calls)
    states.set(calls, state)
    return state
  }
}
