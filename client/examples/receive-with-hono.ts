import { Hono } from 'hono'
import { verifyWebhook, type WebhookEvent, WebhookVerificationError } from '../index.ts'

/** A receiver of webhooks with Hono, for any platform that Hono runs on. `onEvent` is called once for each message. */
export function webhookReceiver(secrets: readonly string[], onEvent: (event: WebhookEvent) => Promise<void>): Hono {
  // Use a table with a unique key in production: the same message can arrive twice, also at another process.
  const processed = new Set<string>()
  const app = new Hono()
  app.post('/webhooks/longrun', async (c) => {
    try {
      const event = await verifyWebhook(c.req.raw, secrets)
      const id = c.req.header('webhook-id') ?? ''
      if (!processed.has(id)) await onEvent(event)
      processed.add(id)
      return c.body(null, 204)
    } catch (error) {
      if (error instanceof WebhookVerificationError) return c.text(error.message, 401)
      throw error
    }
  })
  return app
}
