import { callers, type HostilePattern, send } from './pattern.ts'

/**
 * One long name above as many violations as fit. With a full pointer for each violation the response would grow with the square of the
 * body.
 */
function body(bytes: number, violations: number): string {
  const values = Array(violations).fill('1e999').join(',')
  return `{"${'a'.repeat(bytes - values.length - 20)}":[${values}]}`
}

const path = '/api/v1/operations:batchGet'
/** A body above every limit, a body at the byte limit with too many values, and the worst body that is validated completely. */
const bodies = [body(980_000, 80_000), body(131_000, 10_000), body(131_000, 1190)]

export const pattern: HostilePattern = {
  title: 'sends bodies of many violations under long names, with a key that only reads',
  attack: ({ url, hostileReadKey: key }, control) => {
    let sent = 0
    return callers(
      40,
      () => send(url, { method: 'POST', path, key, body: bodies[sent++ % bodies.length] as string }),
      control,
    )
  },
  p99Ms: 250,
  async afterwards({ url, hostileReadKey: key }) {
    for (const body of bodies) {
      const { status, bytes } = await send(url, { method: 'POST', path, key, body }).catch(() => ({
        status: 413,
        bytes: '',
      }))
      if (![413, 422, 429].includes(status))
        throw new Error(`a body of ${body.length} bytes was answered with ${status}`)
      if (bytes.length > 100_000) throw new Error(`a body of ${body.length} bytes was answered with ${bytes.length}`)
    }
  },
}
