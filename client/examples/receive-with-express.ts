import express, { type Express } from 'express'
import { verifyWebhook, type WebhookEvent, WebhookVerificationError } from '../index.ts'

/** A receiver of webhooks with Express. `onEvent` is called once for each message. */
export function webhookApp(secrets: readonly string[], onEvent: (event: WebhookEvent) => Promise<void>): Express {
  // Use a table with a unique key in production: the same message can arrive twice, also at another process.
  const processed = new Set<string>()
  const app = express()
  // The signature is of the exact bytes of the body, so this route is above `express.json()` and not below it.
  app.post('/webhooks/longrun', express.raw({ type: () => true, limit: '2mb' }), async (request, response) => {
    try {
      const event = await verifyWebhook({ headers: request.headers, body: request.body }, secrets)
      const id = request.header('webhook-id') ?? ''
      if (!processed.has(id)) await onEvent(event)
      processed.add(id)
      response.sendStatus(204)
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error
      response.status(401).type('text').send(error.message)
    }
  })
  app.use(express.json())
  return app
}
