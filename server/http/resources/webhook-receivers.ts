import { parseId } from '../../contract/ids.ts'
import type { Implementation } from '../../contract/implementation.ts'
import { wireDelivery, wireReceiver } from '../../contract/present/webhook.ts'
import { Problem } from '../../contract/problem.ts'
import { seal } from '../../database/sealed.ts'
import { findDelivery, insertPing } from '../../database/webhooks/deliveries.ts'
import * as receivers from '../../database/webhooks/receivers.ts'
import { newId } from '../../lib/new-id.ts'
import type { Backend } from '../backend.ts'
import { pageOf, privately } from '../request/paging.ts'
import { newSecret, refusedUrl, registered, unsafeUrl } from '../request/webhook.ts'

type Endpoints = Pick<
  Implementation,
  | 'createWebhookReceiver'
  | 'listWebhookReceivers'
  | 'getWebhookReceiver'
  | 'deleteWebhookReceiver'
  | 'pingWebhookReceiver'
  | 'getPing'
  | 'rotateWebhookSecret'
  | 'enableWebhookReceiver'
>

/** Each event is written once per receiver of its owner. */
const maxReceivers = 100

const daySeconds = 86_400

export function receiverEndpoints(backend: Backend): Endpoints {
  const { db, links, sealingKeys, webhookUrls } = backend

  return {
    async createWebhookReceiver({ body, caller: { ownerId } }) {
      const violations = await unsafeUrl(webhookUrls, body.url, '/url')
      if (violations.length > 0) return refusedUrl(violations)
      const { webhook, secret } = registered(backend, ownerId, body)
      const { description } = body
      const receiver = { ownerId, receiverId: newId(), description, ...webhook }
      const row = await receivers.insertReceiver(db, { ...receiver, most: maxReceivers })
      if (!row) return new Problem('TOO_MANY_RECEIVERS', `You have ${maxReceivers} webhook receivers. Delete one.`)
      const headers = { Location: links.receiver(row.receiverId) }
      return { status: 201, headers, body: wireReceiver(row, secret) }
    },

    async listWebhookReceivers({ query, caller: { ownerId } }) {
      const page = pageOf(backend, { path: '/webhookReceivers', ownerId, query })
      const fetched = await receivers.listReceivers(db, { ownerId, limit: page.limit, before: page.after?.[0] })
      const { rows, headers, nextPageToken } = page.cut(fetched, (last) => [last.receiverId])
      const webhookReceivers = rows.map((row) => wireReceiver(row))
      const next = nextPageToken === undefined ? {} : { nextPageToken }
      return { status: 200, headers, body: { webhookReceivers, ...next } }
    },

    async getWebhookReceiver({ path, caller }) {
      const row = await findAt(caller.ownerId, path, (at) => receivers.findReceiver(db, at))
      return row ? { status: 200, headers: { 'Cache-Control': privately }, body: wireReceiver(row) } : unknown()
    },

    async deleteWebhookReceiver({ path, caller }) {
      const gone = await findAt(caller.ownerId, path, (at) => receivers.deleteReceiver(db, at))
      return gone ? { status: 204 } : unknown()
    },

    async pingWebhookReceiver({ path, caller }) {
      const deliveryId = newId()
      const ping = await findAt(caller.ownerId, path, (at) => insertPing(db, { ...at, deliveryId }))
      if (!ping?.delivery.receiverId) return unknown()
      const headers = { Location: links.ping(ping.delivery.receiverId, deliveryId) }
      return { status: 202, headers, body: wireDelivery(ping.delivery, ping.attempts) }
    },

    async getPing({ path, caller }) {
      const deliveryId = parseId('delivery', path.deliveryId)
      const found = await findAt(caller.ownerId, path, async ({ ownerId, receiverId: pinged }) =>
        deliveryId ? findDelivery(db, { ownerId, deliveryId, pinged }) : undefined,
      )
      if (!found) return unknown()
      const headers = { 'Cache-Control': privately }
      return { status: 200, headers, body: wireDelivery(found.delivery, found.attempts) }
    },

    async rotateWebhookSecret({ path, body, caller }) {
      const { secret = newSecret(), overlap = daySeconds } = body ?? {}
      const rotated = await findAt(caller.ownerId, path, (at) =>
        receivers.rotateSecret(db, { ...at, secret: seal(sealingKeys, secret, at.ownerId), overlapSeconds: overlap }),
      )
      if (!rotated) return unknown()
      const previousSecretUntil = rotated.previousSecretUntil?.toISOString()
      return {
        status: 200,
        headers: { 'Cache-Control': 'no-store' },
        body: { receiverId: path.receiverId, secret, ...(previousSecretUntil ? { previousSecretUntil } : {}) },
      }
    },

    async enableWebhookReceiver({ path, caller }) {
      const row = await findAt(caller.ownerId, path, (at) => receivers.enableReceiver(db, at))
      return row ? { status: 200, headers: { 'Cache-Control': privately }, body: wireReceiver(row) } : unknown()
    },
  }
}

type At = { ownerId: string; receiverId: string }

/** What `find` returns for the receiver of a path. A malformed id is an unknown one. */
async function findAt<T>(ownerId: string, path: { receiverId: string }, find: (at: At) => Promise<T | undefined>) {
  const receiverId = parseId('receiver', path.receiverId)
  return receiverId ? find({ ownerId, receiverId }) : undefined
}

function unknown() {
  return new Problem('NOT_FOUND', 'There is no such webhook receiver, or it is not yours.')
}
