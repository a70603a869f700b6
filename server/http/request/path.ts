import { basePath, contract } from '../../contract/document.ts'
import { isGeneratedId } from '../../contract/ids.ts'
import { dialects } from '../../dialects/index.ts'

/**
 * A path of the spec as Hono routes it. A custom verb (AIP-136, `/operations/{id}:cancel`) becomes the first segment, and a literal path that
 * would also match a parameter (`/operations/stream`) gets an empty one: Hono's fastest router has no alternatives to a parameter. The
 * segment starts with NUL, which no request line can contain, so no other path matches it.
 */
export function routingPath(path: string): string {
  const found = verbAtEnd.exec(path)
  if (found) return `/\u0000${found[1]}${path.slice(0, found.index)}`
  return literalPaths.has(path) ? `/\u0000${path}` : path
}

const verbAtEnd = /(?::|%3a)([a-z]+)$/i

/**
 * The path by which a request is routed. `%3A` counts as `:`. Nothing else is decoded: Hono decodes the parameters. Where the spec has no
 * such verb, the text after the colon is part of a name.
 */
export function requestPath(request: Request): string {
  const path = limited(pathOf(request.url))
  const found = verbAtEnd.exec(path)
  if (!found) return routingPath(path)
  if (!verbPaths.get(found[1])?.test(path.slice(0, found.index))) return path
  // No verb is a GET.
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  return isRead && isName(path) ? path : routingPath(path)
}

/** The path of an absolute URL, as it was sent. */
export function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const end = url.slice(start).search(/[?#]/)
  return end < 0 ? url.slice(start) : url.slice(start, start + end)
}

/** The path for a response: without the token of a callback URL, which is a credential. */
export function shownPath(url: string): string {
  const path = pathOf(url)
  return path.startsWith(`${callbacksPath}/`) ? callbacksPath : path
}

const callbacksPath = `${basePath}/callbacks`

/** Whether a GET of this path (as sent, or as in the spec) reads something by a name that callers chose, which may end like a verb. */
export function isName(path: string): boolean {
  return namedPaths.some((pattern) => pattern.test(path))
}

const patternOf = (path: string) => path.replaceAll(/\{\w+\}/g, '[^/]+')

/** Those of the contract and of all dialects. */
const allOperations = [contract, ...dialects.map(({ document }) => document)].flatMap((document) =>
  document.specOperations(),
)

/** For each verb, the paths that have it. */
const verbPaths = new Map(
  [
    ...Map.groupBy(
      allOperations.filter(({ path }) => verbAtEnd.test(path)),
      ({ path }) => verbAtEnd.exec(path)?.[1],
    ),
  ].map(([verb, operations]) => {
    const paths = operations.map(({ path }) => patternOf(path.replace(verbAtEnd, '')))
    return [verb, new RegExp(`^(?:${paths.join('|')})$`)]
  }),
)

/** The paths without parameters or verb that another path also matches. */
const literalPaths = new Set(
  allOperations
    .map(({ path }) => path)
    .filter((path, _, all) =>
      all.some((other) => other !== path && new RegExp(`^${patternOf(other)}$`).test(path) && !verbAtEnd.test(path)),
    ),
)

const namedPaths = allOperations
  .filter(({ method, path }) => method === 'get' && !isGeneratedId(/\{(\w+)\}$/.exec(path)?.[1] ?? 'operation'))
  .map(({ path }) => new RegExp(`^${patternOf(path)}$`))

/** The longest path of the spec has an order id of 200 characters, percent-encoded. */
const maxPathLength = 2048
/** No path of the spec has as many. */
const maxSegments = 16
/** Replaces a segment that cannot be an id or a name. The decoder leaves it as it is. */
const undecodable = '%zz'

/**
 * A path that is too long or not percent-encoded UTF-8, with short replacements for such segments, so that it gets the 404 of an unknown
 * id. (For a broken escape, Hono's decoder throws once per escape: 6 ms for 2,048 characters.)
 */
function limited(path: string): string {
  if (path.length <= maxPathLength && isDecodable(path)) return path
  const segments = path.split('/', maxSegments).map((segment) => {
    if (segment.length <= maxPathLength / 2 && isDecodable(segment)) return segment
    return `${undecodable}${verbAtEnd.exec(segment)?.[0] ?? ''}`
  })
  return segments.join('/')
}

function isDecodable(path: string): boolean {
  if (!path.includes('%')) return true
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
