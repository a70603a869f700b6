import { randomBytes } from 'node:crypto'
import { Problem, type ProblemPlace } from '../contract/problem.ts'
import { examineUrl, type UrlRules } from '../contract/webhook-url.ts'
import { seal } from '../database/sealed.ts'
import type { OperationWebhook } from '../database/webhook-schema.ts'
import type { WebhookEvent } from '../lifecycle/deliveries.ts'
import type { Backend } from './backend.ts'
import { sentence } from './json.ts'

/** What may be said of a webhook wherever one is registered. */
export type GivenWebhook = { url: string; events?: WebhookEvent[]; secret?: string }

/** As it is stored, with the secret for the one answer that shows it. */
export function registered(
  { sealingKeys }: Pick<Backend, 'sealingKeys'>,
  ownerId: string,
  { url, events = ends, secret = newSecret() }: GivenWebhook,
): { webhook: OperationWebhook; secret: string } {
  return { webhook: { url, events, secret: seal(sealingKeys, secret, ownerId) }, secret }
}

const ends: WebhookEvent[] = ['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED']

/** A secret as Standard Webhooks writes it. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

/** The place of a URL that nothing is sent to, if it is one; `pointer` is where it stands in the body. */
export async function unsafeUrl(rules: UrlRules, url: string, pointer: string): Promise<ProblemPlace[]> {
  const message = await examineUrl(url, { ...rules, resolve: (name) => soon(rules.resolve(name)) })
  return message === undefined ? [] : [{ pointer, message }]
}

/** `faults` may have others beside the URL's, which is the first. */
export function refusedUrl(faults: ProblemPlace[]): Problem<'UNSAFE_URL'> {
  return new Problem('UNSAFE_URL', sentence(faults[0]), { errors: faults })
}

const lookupMs = 2000

/** A name server that does not answer must not hold up whoever submits: what it would have said is asked again at each attempt. */
async function soon<T>(answering: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('the name servers did not answer in time')), lookupMs)
  try {
    return await Promise.race([answering, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
