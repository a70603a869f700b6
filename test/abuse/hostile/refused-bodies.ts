import { callers, type HostilePattern, send } from './pattern.ts'

/** Bodies that are refused cost the service more than they cost the caller: each is read, parsed and checked. */
const body = JSON.stringify({ operationIds: Array.from({ length: 1000 }, (_, index) => `not an id ${index}`) })

export const pattern: HostilePattern = {
  title: 'sends bodies that break the schema a thousand times each',
  attack: ({ url, hostileReadKey: key }, control) =>
    callers(60, () => send(url, { method: 'POST', path: '/api/v1/operations:batchGet', key, body }), control),
  p99Ms: 250,
}
