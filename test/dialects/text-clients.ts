/**
 * Clients as the sources A, D and E of docs/names.md describe them: the requests that they send, the fields that they read, and when they stop.
 * The code is of this project. Only the address of the service and the credential are added.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { components as jobs } from '../../generated/dialects/jobs.ts'
import type { components as lro } from '../../generated/dialects/lro.ts'
import type { components as tasks } from '../../generated/dialects/tasks.ts'

export type Job = jobs['schemas']['ReportJob']
export type Task = tasks['schemas']['Operation']
export type Operation = lro['schemas']['Operation']

export type Service = { url: string; apiKey: string }

/** `fetch` with the two additions. `base`: what the client's paths are appended to. A URL of a response is resolved against it. */
export function fetchAt({ url, apiKey }: Service, base: string) {
  return (address: string, init: RequestInit = {}) => {
    const isOfResponse = address.startsWith('/compat/') || address.startsWith('http')
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${apiKey}`)
    return fetch(isOfResponse ? new URL(address, url) : `${url}${base}${address}`, { ...init, headers })
  }
}

type Fetch = ReturnType<typeof fetchAt>

/** The body of a response. The type is what the client believes it to be. */
export async function bodyOf<Body>(response: Response | Promise<Response>): Promise<Body> {
  return (await (await response).json()) as Body
}

/** Source E: submits with a key, and polls `Location` at growing intervals, in ms. It knows two ends, and does not look at the status of a response. */
export async function reportAsTask(
  request: Record<string, unknown>,
  {
    fetchIt,
    pauses = [1000, 2000, 5000, 10_000, 30_000],
    log = () => {},
  }: { fetchIt: Fetch; pauses?: number[]; log?: (line: string) => void },
) {
  const started = await fetchIt('/reports', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify(request),
  })
  await started.json()
  const address = started.headers.get('location') ?? ''
  for (let round = 0; ; round += 1) {
    await wait(pauses[Math.min(round, pauses.length - 1)])
    const { status, progress, result, error } = await bodyOf<Task>(fetchIt(address))
    log(`${status} ${progress}`)
    if (status === 'completed') return result
    if (status === 'failed') throw new Error(error?.message)
  }
}

/** Source A: polls by id, 60 times. */
export async function resultOf(id: string, { fetchIt, pauseMs = 5000 }: { fetchIt: Fetch; pauseMs?: number }) {
  for (let attempts = 0; attempts < 60; attempts += 1) {
    const { status, result, error } = await bodyOf<Operation>(fetchIt(`/api/v1/operations/${id}`))
    if (status === 'COMPLETED') return result
    if (status === 'FAILED') throw new Error(error?.message)
    await wait(pauseMs)
  }
  throw new Error('no end after 60 attempts')
}

/** Source A: polls by id, with pauses that double from `firstMs` to 30 seconds, 20 times. Resolves with the operation. */
export async function endOf(id: string, { fetchIt, firstMs = 1000 }: { fetchIt: Fetch; firstMs?: number }) {
  for (let [attempts, pauseMs] = [0, firstMs]; attempts < 20; attempts += 1, pauseMs = Math.min(2 * pauseMs, 30_000)) {
    const operation = await bodyOf<Operation>(fetchIt(`/api/v1/operations/${id}`))
    if (operation.status === 'COMPLETED' || operation.status === 'FAILED') return operation
    await wait(pauseMs)
  }
  throw new Error('no end after 20 attempts')
}

/** Source D: reads the job at `Location` until one of its two ends. */
export async function jobAt(address: string, { fetchIt, pauseMs = 100 }: { fetchIt: Fetch; pauseMs?: number }) {
  for (;;) {
    const job = await bodyOf<Job>(fetchIt(address))
    if (job.status === 'COMPLETED' || job.status === 'FAILED') return job
    await wait(pauseMs)
  }
}
