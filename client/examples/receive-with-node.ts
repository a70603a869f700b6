import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { verifyWebhook, type WebhookEvent, WebhookVerificationError } from '../index.ts'

/**
 * A receiver of webhooks for Node: `createServer((request, response) => void handle(request, response))`, or in Express `app.post('/webhooks/longrun', webhookHandler(…))`.
 * Express must not parse the body of this route before, because the signature is of its exact bytes: mount it above `express.json()`.
 */
export function webhookHandler(secrets: readonly string[], onEvent: (event: WebhookEvent) => Promise<void>) {
  // Use a table with a unique key in production: the same message can arrive twice, also at another process.
  const processed = new Set<string>()
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const event = await verifyWebhook({ headers: request.headers, body: await buffer(request) }, secrets)
      const id = String(request.headers['webhook-id'])
      if (!processed.has(id)) await onEvent(event)
      processed.add(id)
      response.writeHead(204).end()
    } catch (error) {
      const status = error instanceof WebhookVerificationError ? 401 : 500
      response
        .writeHead(status, { 'Content-Type': 'text/plain' })
        .end(status === 401 ? String(error) : 'Try again later.')
    }
  }
}
