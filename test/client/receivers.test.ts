import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { expect, it } from 'vitest'
import { webhookApp } from '../../client/examples/receive-with-express.ts'
import { webhookReceiver } from '../../client/examples/receive-with-hono.ts'
import { webhookHandler } from '../../client/examples/receive-with-node.ts'
import type { WebhookEvent } from '../../client/index.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
type Post = (headers: Record<string, string>, body: string) => Promise<number>
type OnEvent = (event: WebhookEvent) => Promise<void>

const receivers: Record<string, (onEvent: OnEvent) => Promise<{ post: Post; close: () => void }>> = {
  async Hono(onEvent) {
    const app = webhookReceiver([secret], onEvent)
    const post: Post = async (headers, body) =>
      (await app.request('/webhooks/longrun', { method: 'POST', headers, body })).status
    return { post, close: () => {} }
  },
  async Node(onEvent) {
    const handle = webhookHandler([secret], onEvent)
    return listening(createServer((request, response) => void handle(request, response)))
  },
  async Express(onEvent) {
    const app = webhookApp([secret], onEvent)
    // Its handler of errors prints them.
    app.set('env', 'test')
    return listening(createServer(app))
  },
}

async function listening(server: Server) {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/longrun`
  const post: Post = async (headers, body) => {
    // As other senders than the service may do it.
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
    await response.body?.cancel()
    return response.status
  }
  return { post, close: () => void server.close() }
}

it.each(
  Object.entries(receivers),
)('the receiver for %s accepts a message once, and refuses others', async (_, start) => {
  const events: WebhookEvent[] = []
  let isFailing = false
  const { post, close } = await start(async (event) => {
    if (isFailing) throw new Error('The database is away')
    events.push(event)
  })
  const message = (id: string) => {
    const body = JSON.stringify({
      type: 'ping',
      event: 'PING',
      timestamp: new Date().toISOString(),
      text: 'Grüße, 東京',
    })
    const signature = new Webhook(secret).sign(id, new Date(), body)
    const timestamp = String(Math.floor(Date.now() / 1000))
    return [{ 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }, body] as const
  }
  try {
    const first = message('msg_1')
    expect(await post(...first)).toBe(204)
    expect(await post(...first)).toBe(204)
    expect(events).toMatchObject([{ event: 'PING' }])

    const [headers, body] = message('msg_2')
    expect(await post(headers, `${body} `)).toBe(401)
    expect(await post({ ...headers, 'webhook-id': 'msg_3' }, body)).toBe(401)
    expect(await post({ ...headers, 'webhook-timestamp': '1' }, body)).toBe(401)
    expect(await post({}, body)).toBe(401)
    isFailing = true
    expect(await post(headers, body)).toBe(500)
    isFailing = false
    // The service sends a message again after a 500.
    expect(await post(headers, body)).toBe(204)
    expect(events).toHaveLength(2)
  } finally {
    close()
  }
})
