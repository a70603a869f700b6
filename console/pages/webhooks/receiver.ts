import type { components } from '../../../generated/schema.ts'

export type Receiver = components['schemas']['WebhookReceiver']

/** A secret that the service shows once. */
export type ShownSecret = { title: string; secret: string }
