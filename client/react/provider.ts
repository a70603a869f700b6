import { createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react'
import type { Longrun } from '../index.ts'

const ClientContext = createContext<Longrun | undefined>(undefined)

/** Options of each hook. */
export type HookOptions = {
  /** Used instead of the client of the `LongrunProvider`. */
  client?: Longrun | undefined
}

/** Gives `client` to the hooks of all components below. Create the client once, outside of components. */
export function LongrunProvider({ client, children }: { client: Longrun; children?: ReactNode }): ReactElement {
  return createElement(ClientContext.Provider, { value: client }, children)
}

/** The client of the nearest `LongrunProvider`. */
export function useLongrun({ client }: HookOptions = {}): Longrun {
  const found = useContext(ClientContext)
  const longrun = client ?? found
  if (!longrun)
    throw new Error(
      'There is no Longrun client. Render <LongrunProvider client={…}> above, or pass the option `client`.',
    )
  return longrun
}
