import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { openDatabaseKeys } from '../../server/auth/database-keys.ts'
import { createKeyring } from '../../server/auth/keys.ts'
import { createLimits } from '../../server/auth/limits.ts'
import { mintKey } from '../../server/auth/mint.ts'
import { countStreams } from '../../server/auth/open-streams.ts'
import type { Implementation } from '../../server/contract/implementation.ts'
import { createLinks } from '../../server/contract/links.ts'
import { insertKey, revokeKey } from '../../server/database/api-keys.ts'
import { createApp } from '../../server/http/app.ts'
import type { Backend } from '../../server/http/backend.ts'
import { listen } from '../../server/http/listen.ts'
import { operationSocketEndpoint } from '../../server/http/operation-socket.ts'
import { operationStreamEndpoint } from '../../server/http/operation-stream.ts'
import { type Connections, watchConnections } from '../../server/live/connections.ts'
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
  /** Every line of the log. */
  logged: string[]
  /** Revokes the key, as another process does. */
  revoke(): Promise<void>
  open(operationId: string, lastEventId?: string): ReturnType<typeof openStream>
  /** Opens its WebSocket, with the key in a header, unless `opening` says otherwise. */
  socket(operationId: string, after?: number, opening?: Opening): Promise<OpenSocket>
  socketUrl(operationId: string, after?: number): string
  /** Stops the service as it stops itself. */
  stop(): Promise<void>
}

/** The endpoints of streams and sockets alone, over HTTP, with intervals of a test's choice. */
export async function openStreamRig(
  options: { beatMs?: number; recheckMs?: number; compareMs?: number } = {},
): Promise<StreamRig> {
  const { beatMs = 60_000, recheckMs = 60_000, compareMs = 60_000 } = options
  const rig = await openRig({ compareMs })
  const { key, prefix, hash } = mintKey()
  const at = { ownerId: 'alice', keyId: uuidv7() }
  const scopes = ['operations:read']
  await insertKey(rig.db, { ...at, name: 'n', prefix, hash, scopes, createdBy: 'script', most: 100 })
  const database = openDatabaseKeys(rig.db)
  const keyring = createKeyring([], { database })
  const logged: string[] = []
  const log = createLog('trace', { write: (line) => logged.push(line) })
  const connections = watchConnections({ recall: keyring.recall, log, beatMs, recheckMs })
  const links = createLinks(undefined, (path) => path)
  const pool = new pg.Pool({ connectionString: rig.url, max: 1 })
  const most = 1_000_000_000
  const limits = createLimits(pool, { most: { submits: most, reads: most, uploads: most } })
  const openStreams = countStreams(rig.db, { limit: most })
  const partial: Partial<Backend> = {
    db: rig.db,
    log,
    keyring,
    limits,
    openStreams,
    links,
    live: rig.live,
    connections,
    origins: new Set(),
  }
  const backend = partial as Backend
  const endpoints = { ...operationStreamEndpoint(backend), ...operationSocketEndpoint(backend) }
  const app = createApp(backend, endpoints as Implementation)
  const check = createSpecCheck()
  const listener = await listen(check.wrap(app.fetch), { port: 0, host: '127.0.0.1' })
  let stopped = false
  const stop = async () => {
    if (stopped) return
    stopped = true
    connections.close()
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
