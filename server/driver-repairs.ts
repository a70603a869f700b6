import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * Repairs of postgres.js 3.4.9, made as it is loaded; to be imported before anything that imports it. A connection there keeps what it was in
 * the middle of when it broke, and is then used again: the next query was refused with the end of the one before, hung until the connect
 * timeout (and each one after it), or was answered with holes in the place of its first rows. The last also after a query that failed
 * when some of its rows had been sent. Known upstream, with repairs like these, as porsager/postgres#1119, #1181 and #1209.
 */
const repaired = '/node_modules/postgres/src/connection.js'

/** Each text stands there exactly once. */
const repairs = [
  {
    // What was about to be written when the socket closed.
    from: '    socket.removeAllListeners()\n    socket = null\n\n    if (initial)\n',
    to: '    socket.removeAllListeners()\n    socket = null\n    chunk = nextWriteTimer = null\n\n    if (initial)\n',
  },
  {
    // Queries that came between an error of the socket and its close are rejected as well.
    from: "    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))\n",
    to: `    ;(query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))
    query = results = errorResponse = null
    result = new Result()
    rows = 0
`,
  },
  {
    from: '  function ErrorResponse(x) {\n',
    to: '  function ErrorResponse(x) {\n    rows = 0\n',
  },
]

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    if (!url.endsWith(repaired)) return loaded
    return { ...loaded, source: repairs.reduce(repair, readFileSync(fileURLToPath(url), 'utf8')) }
  },
})

function repair(source: string, { from, to }: { from: string; to: string }): string {
  const parts = source.split(from)
  if (parts.length !== 2)
    throw new Error('postgres.js is not the version that the repairs are for: see driver-repairs.ts')
  return parts.join(to)
}
