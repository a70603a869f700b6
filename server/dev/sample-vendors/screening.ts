import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { type Behaviour, callbackMs, slowCallbackMs } from './behaviour.ts'
import { scheduleCallback } from './database.ts'
import type { Vendor } from './vendor.ts'

/** A vendor of a screening checks a candidate: it answers at once, or with a 202 and a callback later. */
type Check = {
  name: string
  prefix: string
  refusal: string
  callsBack?: boolean
  records?: 'employment' | 'education'
}

const record = z.record(z.string().max(50), z.union([z.string().max(500), z.number()]))

function checkVendor({ name, prefix, refusal, callsBack = false, records }: Check): Vendor {
  return {
    name,
    effects: 'checks',
    undo: 'cancel',
    statuses: { done: 'CHECKED', undone: 'CANCELLED' },
    request: z.strictObject({
      candidate: record,
      package: z.string().min(1).max(200).optional(),
      callbackUrl: z.url().max(2000),
      ...(records ? { [records]: z.array(record).max(100) } : {}),
    }),
    field: 'package',
    refusal: { reason: 'DECLINED', message: refusal },
    unrecorded: ['candidate', 'employment', 'education', 'callbackUrl'],
    async perform(db, { callbackUrl }, { key, behaviour }) {
      const answer = {
        verdict: verdictOf(behaviour),
        reference: `${prefix}-${randomBytes(6).toString('hex').toUpperCase()}`,
      }
      const callback = callbackOf(behaviour, callsBack)
      const checkedAt = new Date(Date.now() + (callback?.afterMs ?? 0)).toISOString()
      const body = { ...answer, checkedAt }
      if (!callback) return body
      if (callback.calls > 0)
        await scheduleCallback(db, { vendor: name, key, url: String(callbackUrl), body, ...callback })
      return { ...body, later: true }
    },
    respond({ later, verdict, reference, checkedAt }) {
      return later ? { status: 202, body: { reference } } : { status: 200, body: { verdict, reference, checkedAt } }
    },
  }
}

function verdictOf(behaviour: Behaviour | undefined) {
  if (behaviour === 'test_review') return 'REVIEW'
  return behaviour === 'test_adverse' ? 'ADVERSE' : 'CLEAR'
}

/** The calls that follow a 202; undefined: the vendor answers at once. */
function callbackOf(behaviour: Behaviour | undefined, callsBack: boolean) {
  switch (behaviour) {
    case 'test_callback':
      return { afterMs: callbackMs, calls: 1 }
    case 'test_callback_twice':
      return { afterMs: callbackMs, calls: 2 }
    case 'test_callback_early':
      return { afterMs: 0, calls: 1 }
    case 'test_slow':
      return { afterMs: slowCallbackMs, calls: 1 }
    case 'test_no_callback':
      return { afterMs: 0, calls: 0 }
    default:
      return callsBack ? { afterMs: callbackMs, calls: 1 } : undefined
  }
}

/** The vendors of a screening. Employment always calls back; the others do so only if the request asks for it. */
export const screeningVendors = [
  checkVendor({ name: 'identity', prefix: 'ID', refusal: 'identities of this country are not checked' }),
  checkVendor({ name: 'criminalRecords', prefix: 'CR', refusal: 'the register is closed' }),
  checkVendor({
    name: 'employment',
    prefix: 'EM',
    refusal: 'the employers are unknown',
    callsBack: true,
    records: 'employment',
  }),
  checkVendor({ name: 'education', prefix: 'ED', refusal: 'the institutions are unknown', records: 'education' }),
] as const
