import { specOperations } from '../contract/document.ts'
import { isMade } from '../contract/ids.ts'

/**
 * Custom verbs (AIP-136, `/operations/{id}:cancel`) as Hono can route them: `:verb` becomes a segment of its own. It begins
 * with NUL, which no request line can hold, so that no other path leads there.
 */
export function routingPath(path: string): string {
  return path.replace(verbAtEnd, '/\u0000$1')
}

const verbAtEnd = /(?::|%3a)([a-z]+)$/i

/** Which paths have each verb, as the contract says. */
const verbPaths = Map.groupBy(
  specOperations().filter(({ path }) => verbAtEnd.test(path)),
  ({ path }) => verbAtEnd.exec(path)?.[1],
)
const placesOf = new Map(
  [...verbPaths].map(([verb, operations]) => {
    const paths = operations.map(({ path }) => path.replace(verbAtEnd, '').replaceAll(/\{\w+\}/g, '[^/]+'))
    return [verb, new RegExp(`^(?:${paths.join('|')})$`)]
  }),
)

/** What is read by a name that callers chose. */
const readByName = specOperations()
  .filter(({ method, path }) => method === 'get' && !isMade(/\{(\w+)\}$/.exec(path)?.[1] ?? 'operation'))
  .map(({ path }) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`))

/** Whether a path, as it was sent or as the contract writes it, can be read by a name, even when that ends as a verb does. */
export function isName(path: string): boolean {
  return readByName.some((place) => place.test(path))
}

/**
 * The path to route a request by: `%3A` counts as `:`; nothing else is decoded, since parameters decode themselves. Where the contract has no such
 * verb, what looks like one is part of a name.
 */
export function requestPath(request: Request): string {
  const path = pathOf(request.url)
  const found = verbAtEnd.exec(path)
  if (!found || !placesOf.get(found[1])?.test(path.slice(0, found.index))) return path
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  // No verb is a GET.
  return isRead && isName(path) ? path : routingPath(path)
}

/** The path of an absolute URL, as it was sent. */
export function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const end = url.slice(start).search(/[?#]/)
  return end < 0 ? url.slice(start) : url.slice(start, start + end)
}
