/**
 * The route is the fragment of the URL: `#/operations?status=FAILED`. Browsers do not send it, so filters reach no log of a server, and the
 * console works under any path.
 */
import { useMemo, useSyncExternalStore } from 'react'

export type Route = { path: readonly string[]; query: URLSearchParams }

/** A link to a route. Values that are undefined or empty are left out. */
export function href(path: string, query: Query | URLSearchParams = {}): string {
  const given = query instanceof URLSearchParams ? query : parametersOf(query)
  const text = given.toString()
  return `#/${path}${text && `?${text}`}`
}

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

function parametersOf(query: Query): URLSearchParams {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    for (const one of [value].flat()) if (one) parameters.append(name, one)
  return parameters
}

/** `replace`: the back button does not return to the present route. Use it for each key that is typed. */
export function navigate(to: string, { replace = false } = {}): void {
  if (to === location.hash) return
  if (replace) {
    history.replaceState(history.state, '', to)
    dispatchEvent(new HashChangeEvent('hashchange'))
  } else {
    location.hash = to
  }
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash)
  return useMemo(() => parsed(hash), [hash])
}

function parsed(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s)
  return { path: path.split('/').filter(Boolean).map(decoded), query: new URLSearchParams(query) }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function subscribe(onChange: () => void): () => void {
  addEventListener('hashchange', onChange)
  return () => removeEventListener('hashchange', onChange)
}
