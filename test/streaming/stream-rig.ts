import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { generateKey } from '../../server/auth/api-key.ts'
import { createKeyring } from '../../server/auth/credential.ts'
import { openDatabaseKeys } from '../../server/auth/database-keys.ts'
import type { Implementation } from '../../server/contract/implementation.ts'
import { createLinks } from '../../server/contract/links.ts'
import { insertKey, revokeKey } from '../../server/database/api-keys.ts'
import { createApp } from '../../server/http/app.ts'
import type { Backend } from '../../server/http/backend.ts'
import { openGate } from '../../server/http/policy/gate.ts'
import { operationStreamEndpoints } from '../../server/http/resources/operation-stream.ts'
import { listen } from '../../server/http/server.ts'
import { createAddressLimits } from '../../server/quotas/address-limits.ts'
import { countStreams } from '../../server/quotas/open-streams.ts'
import { createLimits } from '../../server/quotas/rate-limits.ts'
import { type Connections, watchConnections } from '../../server/streaming/connections.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { type Opening, type OpenSocket, opened } from '../support/socket.ts'
import { createSpecCheck, type SpecCheck } from '../support/spec-check.ts'
import { openStream } from '../support/sse.ts'
import { type LiveRig, openRig } from './rig.ts'

export type StreamRig = LiveRig & {
  connections: Connections
  check: SpecCheck
  /** A key of alice's. */
  key: string
  /** All log lines. */
  logged: string[]
  /** Revokes the key, as another process does. */
  revoke(): Promise<void>
  open(operationId: string, lastEventId?: string): ReturnType<typeof openStream>
  /** Opens a WebSocket, by default with the key in a header. */
  socket(operationId: string, after?: number, opening?: Opening): Promise<OpenSocket>
  socketUrl(operationId: string, after?: number): string
  /** Stops the feeds in the same order as the service. */
  stop(): Promise<void>
}

/** An HTTP server with only the stream and socket endpoints, with configurable intervals. */
export async function openStreamRig(
  options: { heartbeatMs?: number; recheckMs?: number; compareMs?: number } = {},
): Promise<StreamRig> {
  const { heartbeatMs = 60_000, recheckMs = 60_000, compareMs = 60_000 } = options
  const rig = await openRig({ compareMs })
  const { key, prefix, hash } = generateKey()
  const at = { ownerId: 'alice', keyId: uuidv7() }
  const scopes = ['operations:read']
  await insertKey(rig.db, { ...at, name: 'n', prefix, hash, scopes, createdBy: 'script', most: 100 })
  const database = openDatabaseKeys(rig.db)
  const keyring = createKeyring([], { database })
  const logged: string[] = []
  const log = createLog('trace', { write: (line) => logged.push(line) })
  const connections = watchConnections({ recall: keyring.recall, log, heartbeatMs, recheckMs })
  const links = createLinks(undefined, (path) => path)
  const pool = new pg.Pool({ connectionString: rig.url, max: 1 })
  const most = 1_000_000_000
  const ofEach = { submits: most, reads: most, uploads: most }
  const limits = createLimits(pool, { most: { credential: ofEach, owner: ofEach } })
  const openStreams = countStreams(rig.db, { limits: { credential: most, owner: most } })
  const partial: Partial<Backend> = {
    db: rig.db,
    log,
    keyring,
    limits,
    gate: openGate({ poolSize: 5 }),
    addressLimits: createAddressLimits({ requests: most, links: most, preflights: most }),
    openStreams,
    links,
    operationFeed: rig.live,
    connections,
    origins: new Set(),
  }
  const backend = partial as Backend
  const app = createApp(backend, operationStreamEndpoints(backend) as Implementation)
  const check = createSpecCheck()
  const listener = await listen(check.wrap(app.fetch), { port: 0, host: '127.0.0.1' })
  let stopped = false
  const stop = async () => {
    if (stopped) return
    stopped = true
    void connections.close()
    limits.close()
    await Promise.all([rig.live.close(), listener.close()])
    await Promise.all([openStreams.close(), pool.end(), database.close()])
  }
  const socketUrl = (operationId: string, after?: number) =>
    `${listener.url}/api/v1/operations/op_${operationId}/status${after === undefined ? '' : `?after=${after}`}`

  return {
    ...rig,
    connections,
    check,
    key,
    logged,
    socketUrl,
    socket: (operationId, after, opening = { key }) => opened(socketUrl(operationId, after), opening),
    stop,
    revoke: async () => void (await revokeKey(rig.db, at)),
    open: (operationId, lastEventId) =>
      openStream(`${listener.url}/api/v1/operations/op_${operationId}/stream`, { key, lastEventId }),
    async close() {
      await stop()
      await rig.close()
      check.assertKept()
    },
  }
}
