import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { createPause } from '../support/poll.ts'
import type { TestService } from '../support/service.ts'
import { ask } from './requests.ts'

/** A local webhook receiver, which needs `WEBHOOK_ALLOW_INSECURE`. Its responses contain the word `canary`. */
export type Hook = {
  url: string
  /** The status of its responses; 204 at first. */
  status: number
  /** Responses wait for this promise. */
  ready: Promise<void>
  messages: { headers: IncomingHttpHeaders; body: string }[]
  /** The event in the first message of this delivery if it was signed with `secret`; throws otherwise. */
  verified(deliveryId: unknown, secret: unknown): unknown
  close(): void
}

export async function openHook(): Promise<Hook> {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      hook.messages.push({ headers: request.headers, body })
      void hook.ready.then(() => response.writeHead(hook.status, { location: '/canary' }).end('canary'))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const hook: Hook = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    status: 204,
    ready: Promise.resolve(),
    messages: [],
    verified(deliveryId, secret) {
      const sent = hook.messages.find(({ headers }) => headers['webhook-id'] === deliveryId)
      if (!sent) throw new Error('nothing was sent')
      return new Webhook(String(secret)).verify(sent.body, sent.headers as Record<string, string>)
    },
    close: () => server.close(),
  }
  return hook
}

/** Reads `path` until `holds`; returns the body. */
export async function until(
  service: TestService,
  path: string,
  holds: (body: Record<string, unknown>) => boolean,
): Promise<Record<string, unknown>> {
  const pause = createPause()
  for (;;) {
    const { body } = await ask(service, path)
    if (holds(body)) return body
    await pause()
  }
}

/** A delivery or ping that is no longer PENDING. */
export const concluded = (service: TestService, path: string) =>
  until(service, path, ({ state }) => state !== 'PENDING')
