import { callers, type HostilePattern, send } from './pattern.ts'

/** A refused body costs the service more than the caller: it is read, parsed and validated. */
const body = JSON.stringify({ operationIds: Array.from({ length: 1000 }, (_, index) => `not an id ${index}`) })

export const pattern: HostilePattern = {
  title: 'sends bodies with a thousand violations each',
  attack: ({ url, hostileReadKey: key }, control) =>
    callers(60, () => send(url, { method: 'POST', path: '/api/v1/operations:batchGet', key, body }), control),
  p99Ms: 250,
}
