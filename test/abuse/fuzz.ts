import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { specOperations } from '../../server/contract/document.ts'
import type { TestService } from '../support/service.ts'
import { usualWaits } from '../support/suspended.ts'
import { arbitraryRequest, type FuzzRequest } from './fuzz-request.ts'
import { api, type Holdings } from './holdings.ts'
import { knock, type RawResponse } from './knock.ts'

/** Existing resources by kind, of several owners. */
export type Stock = Record<string, string[]>

/** The longest time for any response. Most held responses wait for a second. */
const responseMs = 8000
const endpointsAtOnce = 6
const maxOfKind = 300
const minOfKind = 8

/** Some resources of each kind, from both owners alternately. */
export async function stockOf(owners: readonly Holdings[], hookUrl: string): Promise<Stock> {
  const of = async (make: (own: Holdings) => Promise<string> | string, count = 5) =>
    (await Promise.all(Array.from({ length: count }, () => Promise.all(owners.map(async (own) => make(own)))))).flat()
  const operations = await Promise.all([
    of((own) => own.waiting(), 10),
    of((own) => own.cancelled()),
    of(({ completed }) => completed, 1),
  ])
  const suspended = await of((own) => own.suspended())
  const uploads = await of((own) => own.upload())
  const link = await of((own) => own.link, 1)
  return {
    operation: [...operations.flat(), ...suspended],
    wait: suspended.flatMap((path) => usualWaits.map(({ name }) => `${path}/waits/${name}`)),
    callback: await of((own) => own.callback()),
    operationId: operations.flat().map(lastOf),
    spare: await of((own) => own.cancelled(), 10),
    receiver: await of((own) => own.receiver()),
    delivery: await of((own) => own.delivery()),
    ping: await of((own) => own.ping()),
    upload: uploads,
    uploadId: uploads.map(lastOf),
    report: await of(({ report }) => report, 1),
    order: owners.flatMap(({ orderId }) => [`${api}/orders/${orderId}`, `${api}/orders/CA-2016-152156`]),
    link,
    file: link.map((path) => path.split('?')[0] ?? ''),
    key: await of((own) => own.credential()),
    schedule: await of((own) => own.schedule()),
    credential: owners.map(({ key }) => key),
    hook: [hookUrl],
  }
}

export type Fuzzing = { service: TestService; stock: Stock; runs: number; seed: number }

/**
 * Sends `runs` random requests that are derived from the contract, the same number to each endpoint. Rejects with the smallest request
 * whose response violates the contract, and with the seed that finds it again.
 */
export async function fuzz(
  fuzzing: Fuzzing,
  only?: readonly string[],
): Promise<{ sent: number; statuses: Map<number, number> }> {
  const endpoints = specOperations().filter(({ operation }) => !only || only.includes(operation.operationId))
  const statuses = new Map<number, number>()
  let sent = 0
  const waiting = [...endpoints]
  const assert = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const property = fc.asyncProperty(arbitraryRequest(next), async (fuzzRequest) => {
        const { status } = await sendChecked(fuzzing, fuzzRequest)
        sent++
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      })
      const numRuns = Math.ceil(fuzzing.runs / endpoints.length)
      await fc.assert(property, { numRuns, seed: fuzzing.seed, endOnFailure: false })
    }
  }
  await Promise.all(Array.from({ length: endpointsAtOnce }, assert))
  return { sent, statuses }
}

/** Sends a request; throws when its response violates the contract. */
async function sendChecked({ service, stock }: Fuzzing, fuzzRequest: FuzzRequest): Promise<RawResponse> {
  const request = {
    method: fuzzRequest.method,
    path: encoded(filled(fuzzRequest.path, stock)),
    headers: Object.fromEntries(
      Object.entries(fuzzRequest.headers).map(([name, value]) => [name, filled(value, stock)]),
    ),
    ...(fuzzRequest.body === undefined ? {} : { body: filled(fuzzRequest.body, stock) }),
  }
  const id = request.headers['x-request-id'] ?? randomUUID()
  request.headers['x-request-id'] = id
  const startMs = performance.now()
  const response = await Promise.race([knock(service.url, request), late()])
  const faults = [...faultsOf(response, stock), ...brokenRules(service, String(response.headers['x-request-id'] ?? id))]
  if (faults.length > 0) {
    const took = Math.round(performance.now() - startMs)
    throw new Error(
      `${faults.join('; ')}\nsent ${JSON.stringify(request)}\nreceived after ${took} ms ${JSON.stringify(response)}`,
    )
  }
  if (response.status === 204) forget(request.path, stock)
  remember(response, stock)
  return response
}

/** The faults that no response may have, whatever the request. */
function faultsOf({ status, headers, text }: RawResponse, { credential = [] }: Stock): string[] {
  const faults: string[] = []
  if (status >= 500) faults.push(`answers ${status}`)
  if (headers['x-injected'] !== undefined) faults.push('a header was injected')
  for (const one of credential) if (text.includes(one)) faults.push('shows a key')
  if (/postgres(ql)?:\/\//.test(text)) faults.push('shows where the database is')
  if (status < 400) return faults
  if (/\\n\s+at |\.ts:\d+:\d+|node_modules|node:internal/.test(text)) faults.push('shows a stack')
  if (/\b(select|insert into|update|delete from)\b[^"]+\b(from|set|values|where)\b/i.test(text))
    faults.push('shows SQL')
  return faults
}

/** The violations of the contract by the response to this request. */
function brokenRules({ check }: TestService, requestId: string): string[] {
  const mine = check.violations.filter((violation) => violation.includes(requestId))
  for (const violation of mine) check.violations.splice(check.violations.indexOf(violation), 1)
  return mine
}

function late(): Promise<never> {
  return new Promise((_, reject) =>
    setTimeout(() => reject(new Error(`no response within ${responseMs} ms`)), responseMs).unref(),
  )
}

function filled(text: string, stock: Stock): string {
  return text.replaceAll(/\{\{(\w+):(\d+)\}\}/g, (whole, name: string, nth: string) => {
    if (name === 'later') return new Date(Date.now() + 3_600_000 * (1 + (Number(nth) % 500))).toISOString()
    const there = stock[name] ?? []
    return there[Number(nth) % there.length] ?? whole
  })
}

/** Encodes a path as Node requires. */
function encoded(path: string): string {
  return path.replaceAll(/[^\x21-\xff]/g, (one) => encodeURIComponent(one.toWellFormed())) || '/'
}

/** Adds a created resource for later requests, in place of one that was used up. */
function remember({ status, headers: { location } }: RawResponse, stock: Stock) {
  if ((status !== 201 && status !== 202) || location === undefined) return
  const [, part = '', below] = /\/v1\/(\w+)\/[^/]+(?:\/(\w+))?/.exec(location) ?? []
  const kind =
    { deliveries: 'delivery', pings: 'ping' }[below ?? ''] ?? part.replace(/^webhookR/, 'r').replace(/s$/, '')
  put(stock[kind], location)
  put(stock[`${kind}Id`], lastOf(location))
}

/** Removes a deleted resource; a few deleted ones stay, so that they are requested too. */
function forget(path: string, stock: Stock) {
  const gone = path.replace(/(?::purge)?(?:\?.*)?$/, '')
  for (const name of ['spare', 'receiver', 'key', 'schedule']) {
    const there = stock[name] ?? []
    const at = there.indexOf(gone)
    if (at >= 0 && there.length > minOfKind) there.splice(at, 1)
  }
}

function put(there: string[] | undefined, one: string) {
  if (!there) return
  if (there.length < maxOfKind) there.push(one)
  else there[Math.floor(Math.random() * maxOfKind)] = one
}

function lastOf(path: string): string {
  return path.split('/').at(-1) ?? ''
}
