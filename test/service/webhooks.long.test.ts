import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, describe, expect, it } from 'vitest'
import { type Connection, connect } from '../../server/database/connection.ts'
import { deliveries, webhookReceivers } from '../../server/database/schema/webhooks.ts'
import { seal, sealingKeys } from '../../server/database/sealed.ts'
import type { WebhookEvent } from '../../server/domain/webhook-schedule.ts'
import { ended, submitted } from '../http/requests.ts'
import { startTestService, type TestService, testOwner } from '../support/service.ts'
import { openReceiver, type Receiver, secret } from '../webhooks/rig.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

type Trial = { service: TestService; connection: Connection; receiver: Receiver }

/** A service with a receiver that is registered for `events` of its first owner. */
async function start(environment: Record<string, string>, events: WebhookEvent[]): Promise<Trial> {
  const service = await startTestService(environment)
  open.push(service)
  const connection = connect(service.databaseUrl, { poolSize: 2, applicationName: 'webhooks-test' })
  open.push(connection)
  const receiver = await openReceiver()
  open.push(receiver)
  const key = environment.SECRETS_KEY
  const keys = await sealingKeys(connection.db, key === undefined ? undefined : Buffer.from(key, 'base64'))
  const sealed = seal(keys, secret, testOwner)
  const row = { receiverId: uuidv7(), ownerId: testOwner, url: receiver.url, events, secret: sealed }
  await connection.db.insert(webhookReceivers).values(row)
  return { service, connection, receiver }
}

async function until(holds: () => boolean | Promise<boolean>) {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('a service', () => {
  it('sends all events of an operation to receivers, signed with their stored secrets', async () => {
    const events: WebhookEvent[] = ['PENDING', 'RUNNING', 'COMPLETED']
    const environment = { WEBHOOK_ALLOW_INSECURE: 'true', SECRETS_KEY: randomBytes(32).toString('base64') }
    const { service, receiver } = await start(environment, events)
    const operation = await ended(service, await submitted(service))
    await until(() => receiver.received.length === 3)
    const messages = receiver.received.map(
      ({ body, headers }) =>
        new Webhook(secret).verify(body, headers as Record<string, string>) as Record<string, unknown>,
    )
    expect(new Set(messages.map(({ event }) => event))).toEqual(new Set(events))
    const last = messages.find(({ event }) => event === 'COMPLETED')
    expect(last).toMatchObject({ operationId: operation.operationId, status: 'COMPLETED', data: { operation: {} } })
    const { downloadUrl = '' } = (last?.result ?? {}) as { downloadUrl?: string }
    expect((await fetch(new URL(downloadUrl, service.url))).status).toBe(200)
  })

  it('sends nothing over http or to private addresses without WEBHOOK_ALLOW_INSECURE', async () => {
    const { service, connection, receiver } = await start({}, ['COMPLETED'])
    await ended(service, await submitted(service))
    const rows = () => connection.db.select().from(deliveries)
    await until(async () => (await rows())[0]?.state === 'BLOCKED')
    expect(receiver.sockets()).toBe(0)
  })
})
