import { randomBytes } from 'node:crypto'
import { createKeyring } from '../../server/auth/keys.ts'
import type { Implementation } from '../../server/contract/implementation.ts'
import { createLinks } from '../../server/contract/links.ts'
import { createApp } from '../../server/http/app.ts'
import type { Backend } from '../../server/http/backend.ts'
import { listen } from '../../server/http/listen.ts'
import { operationStreamEndpoint } from '../../server/http/operation-stream.ts'
import { type Connections, watchConnections } from '../../server/live/connections.ts'
import { createSpecCheck, type SpecCheck } from '../support/spec-check.ts'
import { openStream } from '../support/sse.ts'
import { type LiveRig, log, openRig } from './rig.ts'

export type StreamRig = LiveRig & {
  connections: Connections
  check: SpecCheck
  /** Revokes the key that `open` sends. */
  revoke(): void
  open(operationId: string, lastEventId?: string): ReturnType<typeof openStream>
}

/** The endpoint of streams alone, over HTTP, with intervals of a test's choice. */
export async function openStreamRig(
  options: { beatMs?: number; recheckMs?: number; compareMs?: number } = {},
): Promise<StreamRig> {
  const { beatMs = 60_000, recheckMs = 60_000, compareMs = 60_000 } = options
  const rig = await openRig({ compareMs })
  const key = randomBytes(12).toString('hex')
  const keyring = createKeyring([{ owner: 'alice', key, scopes: ['operations:read'] }])
  let revoked = false
  const connections = watchConnections({
    recall: async (credentials) => (revoked ? [] : keyring.recall(credentials)),
    log,
    beatMs,
    recheckMs,
  })
  const links = createLinks(undefined, (path) => path)
  const backend = { db: rig.db, log, keyring, links, live: rig.live, connections } as Partial<Backend> as Backend
  const app = createApp(backend, operationStreamEndpoint(backend) as Implementation)
  const check = createSpecCheck()
  const listener = await listen(check.wrap(app.fetch), { port: 0, host: '127.0.0.1' })
  return {
    ...rig,
    connections,
    check,
    revoke: () => {
      revoked = true
    },
    open: (operationId, lastEventId) =>
      openStream(`${listener.url}/api/v1/operations/op_${operationId}/stream`, { key, lastEventId }),
    async close() {
      connections.close()
      await Promise.all([rig.live.close(), listener.close()])
      await rig.close()
      check.assertKept()
    },
  }
}
