import { randomBytes } from 'node:crypto'
import { Problem, type Violation } from '../../contract/problem.ts'
import { checkUrl, type UrlRules } from '../../contract/webhook-url.ts'
import { seal } from '../../database/sealed.ts'
import type { ReceiverEvent, WebhookEvent, WebhookFormat } from '../../domain/webhook-schedule.ts'
import { withTimeout } from '../../lib/timeout.ts'
import type { Backend } from '../backend.ts'
import { sentence } from './body.ts'

/** A webhook as callers register it. */
export type GivenWebhook = { url: string; events?: WebhookEvent[]; secret?: string; format?: WebhookFormat }

/** The webhook as it is stored, and its secret for the one response that shows it. */
export function registered<Event extends ReceiverEvent>(
  { sealingKeys }: Pick<Backend, 'sealingKeys'>,
  ownerId: string,
  {
    url,
    events = [...endEvents] as Event[],
    secret = newSecret(),
    format = 'STANDARD',
  }: Omit<GivenWebhook, 'events'> & { events?: Event[] },
): { webhook: { url: string; events: Event[]; secret: string; format?: WebhookFormat }; secret: string } {
  const webhook = { url, events, secret: seal(sealingKeys, secret, ownerId) }
  return { webhook: format === 'STANDARD' ? webhook : { ...webhook, format }, secret }
}

const endEvents = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'] as const

/** A secret in the format of Standard Webhooks. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

/** A name that is not resolved in time is accepted: it is resolved again at each attempt. */
const lookupMs = 2000

/** The violation of a URL to which no webhook is sent, if it is one. `pointer`: its place in the body. */
export async function unsafeUrl(rules: UrlRules, url: string, pointer: string): Promise<Violation[]> {
  const message = await checkUrl(url, {
    ...rules,
    resolve: (name) => withTimeout(rules.resolve(name), lookupMs, 'a look-up of a name'),
  })
  return message === undefined ? [] : [{ pointer, message }]
}

/** `violations` starts with that of the URL. */
export function refusedUrl(violations: Violation[]): Problem<'UNSAFE_URL'> {
  return new Problem('UNSAFE_URL', sentence(violations[0]), { errors: violations })
}
