import type { components } from '../../../generated/schema.ts'

export type Receiver = components['schemas']['WebhookReceiver']

export const formats: Record<Receiver['format'], string> = {
  STANDARD: 'Standard Webhooks',
  CLOUDEVENTS: 'CloudEvents, structured mode',
  CLOUDEVENTS_BINARY: 'CloudEvents, binary mode',
}

/** A secret that the service shows once. */
export type ShownSecret = { title: string; secret: string }
