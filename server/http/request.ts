import type { Context } from 'hono'
import type { Caller } from '../contract/implementation.ts'
import type { Part, Route } from '../contract/routes.ts'
import { admitBody, mediaTypeOf } from './body.ts'
import { chunksInTime } from './patience.ts'
import { violation } from './violations.ts'

/**
 * What the implementation is given; its type, `RequestOf`, follows from the schemas that are checked here. Throws the problem
 * with the first part that breaks its schema. A JSON body is read, any other is left to be streamed.
 */
export async function requestOf(
  c: Context,
  route: Route,
  { caller, requestId, address }: { caller: Caller; requestId: string; address: string },
): Promise<unknown> {
  const { raw } = c.req
  const json = await admitBody(c, route)
  return {
    query: checked('query', route.query, raw.url.includes('?') ? queryOf(c) : undefined),
    path: checked('param', route.params, c.req.param()),
    headers: checked('header', route.headers, headersOf(c, route)),
    body: route.json ? checked('json', { schema: route.json, absent: undefined }, json) : rawBody(c, route),
    caller,
    requestId,
    address,
    get signal() {
      return raw.signal
    },
  }
}

function checked(place: 'query' | 'param' | 'header' | 'json', { schema, absent }: Part, given: unknown): unknown {
  if (given === undefined && absent !== undefined) return absent
  const data = given === undefined ? {} : given
  const read = schema.safeParse(data)
  if (read.success) return read.data
  throw violation(place, data, read.error.issues)
}

/** A name that is there once has its text, one that is repeated a list. */
function queryOf(c: Context) {
  const { url } = c.req.raw
  const all = Object.entries(c.req.queries())
  // Passed over otherwise, as if nobody had sent it.
  if (/(?:^|&)=/.test(url.slice(url.indexOf('?') + 1))) all.push(['', ['']])
  return Object.fromEntries(all.map(([name, values]) => [name, values.length === 1 ? values[0] : values]))
}

/** Undefined when the request has none of those that the contract names. */
function headersOf(c: Context, { headers }: Route): Record<string, string> | undefined {
  const found = headers.names.flatMap((name) => {
    const value = c.req.header(name)
    return value === undefined ? [] : [[name, value]]
  })
  return found.length === 0 ? undefined : Object.fromEntries(found)
}

function rawBody(c: Context, route: Route) {
  if (route.bodyTypes.length === 0) return undefined
  const { raw } = c.req
  const { body } = raw
  const length = c.req.header('content-length')
  return {
    mediaType: mediaTypeOf(c.req.header('content-type')),
    ...(length === undefined ? {} : { declaredBytes: Number(length) }),
    stream: body && chunksInTime(raw, body),
  }
}
