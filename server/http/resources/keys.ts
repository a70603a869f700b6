import { generateKey, maxKeys } from '../../auth/api-key.ts'
import { parseId } from '../../contract/ids.ts'
import type { Implementation } from '../../contract/implementation.ts'
import { wireKey } from '../../contract/present/key.ts'
import { Problem } from '../../contract/problem.ts'
import * as keys from '../../database/api-keys.ts'
import { newId } from '../../lib/new-id.ts'
import type { Backend } from '../backend.ts'
import { pageOf, privately } from '../request/paging.ts'

type Endpoints = Pick<Implementation, 'createKey' | 'listKeys' | 'getKey' | 'revokeKey'>

export function keyEndpoints(backend: Backend): Endpoints {
  const { db, links, keyring } = backend

  return {
    async createKey({ body, caller: { ownerId, actor } }) {
      const { name, scopes } = body
      const expiresAt = body.expiresAt === undefined ? undefined : new Date(body.expiresAt)
      if (expiresAt && expiresAt.getTime() <= Date.now()) return notInFuture()
      const { key, prefix, hash } = generateKey()
      const made = { keyId: newId(), ownerId, name, scopes, prefix, hash, expiresAt, createdBy: actor }
      const row = await keys.insertKey(db, { ...made, most: maxKeys })
      if (!row) return new Problem('TOO_MANY_KEYS', `You have ${maxKeys} active API keys. Revoke one.`)
      const headers = { Location: links.key(row.keyId), 'Cache-Control': 'no-store' } as const
      return { status: 201, headers, body: { key, ...wireKey(row), state: 'ACTIVE' } }
    },

    async listKeys({ query, caller: { ownerId } }) {
      const page = pageOf(backend, { path: '/keys', ownerId, query })
      const fetched = await keys.listKeys(db, { ownerId, limit: page.limit, before: page.after?.[0] })
      const { rows, headers, nextPageToken } = page.cut(fetched, (last) => [last.keyId])
      const next = nextPageToken === undefined ? {} : { nextPageToken }
      return { status: 200, headers, body: { keys: rows.map(wireKey), ...next } }
    },

    async getKey({ path, caller: { ownerId } }) {
      const keyId = parseId('key', path.keyId)
      const row = keyId && (await keys.findKey(db, { ownerId, keyId }))
      return row ? { status: 200, headers: { 'Cache-Control': privately }, body: wireKey(row) } : unknown()
    },

    async revokeKey({ path, caller: { ownerId } }) {
      const keyId = parseId('key', path.keyId)
      const revoked = keyId && (await keys.revokeKey(db, { ownerId, keyId }))
      if (!revoked) return unknown()
      keyring.revoked(revoked.hash)
      return { status: 204 }
    },
  }
}

function notInFuture() {
  const message = 'must be in the future'
  return new Problem('INVALID_INPUT', `/expiresAt ${message}.`, { errors: [{ pointer: '/expiresAt', message }] })
}

function unknown() {
  return new Problem('NOT_FOUND', 'There is no such API key, or it is not yours.')
}
