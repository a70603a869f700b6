import { randomBytes } from 'node:crypto'
import { callers, type HostilePattern, send } from './pattern.ts'

/** A different key in the format of database keys for each request, so that a cache of refused keys does not help. */
const wrongKey = () => `lr_${randomBytes(4).toString('hex')}_${randomBytes(32).toString('hex').slice(0, 43)}`

const unknownFile = () =>
  `/api/v1/files/file_${crypto.randomUUID()}?expires=1795345200&signature=${randomBytes(8).toString('hex')}`

export const pattern: HostilePattern = {
  title: 'sends wrong keys and links of unknown files',
  attack({ url }, control) {
    let sent = 0
    return callers(
      60,
      () => send(url, sent++ % 2 === 0 ? { path: '/api/v1/operations', key: wrongKey() } : { path: unknownFile() }),
      control,
    )
  },
  p99Ms: 150,
  async afterwards({ url, hostileKey }) {
    for (const call of [{ path: '/api/v1/operations', key: wrongKey() }, { path: unknownFile() }]) {
      const { status } = await send(url, call)
      if (status !== 429) throw new Error(`the address is not limited: ${status}`)
    }
    const { status } = await send(url, { path: '/api/v1/operations', key: hostileKey })
    if (status !== 200) throw new Error(`a valid key of the same address was answered with ${status}`)
  },
}
