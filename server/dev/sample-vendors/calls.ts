import { createHash } from 'node:crypto'
import type { Db } from '../../database/db.ts'
import { type Behaviour, behaviourOf, flakyTries, retryAfterSeconds } from './behaviour.ts'
import {
  answerCall,
  countTry,
  doEffect,
  type EffectRow,
  fenceEffect,
  holdCall,
  holdEffect,
  undoEffect,
} from './database.ts'
import type { Refusal, Vendor } from './vendor.ts'

/** How a response is delivered if not at once. `callback`: after the callback was made. */
type Delivery = 'hang' | 'late' | 'break' | 'callback'

/** The response of a sample vendor to a POST. */
export type Answer = {
  status: 200 | 201 | 202 | 410 | 412 | 422 | 503
  body: Record<string, unknown>
  retryAfter?: number
  delivery?: Delivery
}

export type Call = {
  /** The requested effect: the idempotency key of the request that does it. */
  key: string
  idempotencyKey: string
  fence: number | undefined
  path: string
  request: Record<string, unknown>
}

/**
 * Executes a request once per idempotency key; a repeated key gets the first response. Refuses a different request with the same key (422), a
 * lower fencing token than an earlier one (412), and an effect that was undone (410).
 */
export function perform(db: Db, vendor: Vendor, call: Call): Promise<Answer> {
  return once(db, vendor, call, async (tx, effect, tries) => {
    if (effect.state === 'UNDONE') return refuse(410, 'UNDONE', 'this was undone, before it was asked for or after it')
    const behaviour = behaviourOf(call.request[vendor.field])
    if (behaviour === 'test_declined') return functional(vendor.refusal)
    if (behaviour === 'test_hang') return { ...unavailable(), delivery: 'hang' }
    if (isDown(behaviour, tries, '')) return unavailable()
    const made = (await vendor.perform?.(tx, call.request, { key: call.key, behaviour })) ?? {}
    if (isRefused(made)) return functional(made.refused)
    await doEffect(tx, { vendor: vendor.name, key: call.key, details: { ...recorded(vendor, call.request), ...made } })
    const response = vendor.respond?.(made) ?? {
      status: 201 as const,
      body: { id: call.key, status: vendor.statuses.done, ...made },
    }
    const delivery = behaviour && deliveries[behaviour]
    return { ...response, ...(delivery ? { delivery } : {}) }
  })
}

/** Undoes an effect. Idempotent. An effect that was never done counts as undone, and cannot be done any more. */
export function revert(db: Db, vendor: Vendor, call: Call): Promise<Answer> {
  return once(db, vendor, call, async (tx, { state, details }, tries) => {
    const done = state === 'DONE' && details !== null
    if (done && isDown(behaviourOf(details[vendor.field]), tries, 'undo_')) return unavailable()
    if (done) await vendor.revert?.(tx, pick(vendor, details))
    if (state !== 'UNDONE') await undoEffect(tx, { vendor: vendor.name, key: call.key })
    return { status: 200, body: { id: call.key, status: vendor.statuses.undone } }
  })
}

const deliveries: Partial<Record<Behaviour, Delivery>> = {
  test_late: 'late',
  test_twice: 'break',
  test_callback_early: 'callback',
}

type Work = (tx: Db, effect: EffectRow, tries: number) => Promise<Answer>

/** Executes a call in one transaction: checks fencing token and idempotency key, runs `work`, and stores its response if it is final. */
function once(db: Db, called: Vendor, call: Call, work: Work): Promise<Answer> {
  const { name: vendor } = called
  const fingerprint = fingerprintOf(called, call)
  const { key, idempotencyKey, fence } = call
  return db.transaction(async (tx) => {
    const effect = await holdEffect(tx, { vendor, key })
    if (fence !== undefined && fence < effect.fence) {
      return refuse(412, 'STALE_FENCE', `a caller with the fence ${effect.fence} was here before`)
    }
    if (fence !== undefined && fence > effect.fence) await fenceEffect(tx, { vendor, key, fence })
    const at = { vendor, key: idempotencyKey }
    const held = await holdCall(tx, { ...at, fingerprint })
    if (!held.fingerprint.equals(fingerprint)) {
      return refuse(422, 'IDEMPOTENCY_MISMATCH', 'this idempotency key came with another request')
    }
    const undone = effect.state === 'UNDONE' && idempotencyKey === key
    if (held.answer && held.status && !undone) return { status: held.status as Answer['status'], body: held.answer }
    const answer = await work(tx, effect, held.tries)
    if (answer.status === 503) await countTry(tx, at)
    else if (!held.answer) await answerCall(tx, { ...at, status: answer.status, answer: answer.body })
    return answer
  })
}

function isDown(behaviour: Behaviour | undefined, tries: number, of: '' | 'undo_'): boolean {
  return behaviour === `test_${of}unavailable` || (behaviour === `test_${of}flaky` && tries < flakyTries)
}

function isRefused(made: object): made is { refused: Refusal } {
  return 'refused' in made
}

/** The part of the request that may be stored. */
function recorded({ unrecorded = [] }: Vendor, request: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(request).filter(([name]) => !unrecorded.includes(name)))
}

/** The request as received, without the vendor's additions. */
function pick({ request }: Vendor, details: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(details).filter(([name]) => name in request.shape))
}

/** Refuses for a business reason. */
function functional({ reason, message }: Refusal): Answer {
  return { status: 422, body: { reason, message } }
}

/** Refuses because of the fencing token, the idempotency key or an undo. */
function refuse(status: 410 | 412 | 422, error: string, message: string): Answer {
  return { status, body: { error, message } }
}

function unavailable(): Answer {
  return { status: 503, body: { error: 'UNAVAILABLE', message: 'try again later' }, retryAfter: retryAfterSeconds }
}

function fingerprintOf(vendor: Vendor, { path, request }: Call): Buffer {
  return createHash('sha256')
    .update(`${path}\n${JSON.stringify(recorded(vendor, request))}`)
    .digest()
}
