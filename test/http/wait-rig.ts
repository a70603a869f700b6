import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { createLog } from '../../server/telemetry/log.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { openWaitRig, usualWaits, type WaitRig } from '../support/suspended.ts'
import { type Asking, ask, submitted } from './requests.ts'

/** Everything that the service has logged. */
export const lines: string[] = []

export let service: TestService
export let rig: WaitRig
/** An operation that waits for as long as the tests run. */
export let waiting: string
/** The path of the callback URL of `waiting`. */
export let callbackPath: string

/** Starts the service and the rig for the tests of a file. */
export function useWaits() {
  beforeAll(async () => {
    lines.length = 0
    const log = createLog('trace', { write: (line) => lines.push(line) })
    service = await startTestService({ ROLES: 'api', TRUSTED_PROXIES: 'loopback' }, undefined, log)
    rig = await openWaitRig(service)
    waiting = await suspended()
    callbackPath = rig.callback(waiting)
  })
  afterEach(() => service.check.assertKept())
  afterAll(async () => {
    await rig.close()
    await service.close()
  })
}

export async function suspended(waits = usualWaits, more: Record<string, unknown> = {}): Promise<string> {
  const path = await submitted(service, more)
  await rig.suspend(path, waits)
  return path
}

export const decision = { decision: 'CLEAR', note: 'The record belongs to Anna Ohm.' }
export const complete = (path: string, name = 'decision', asking: Asking = { json: decision }) =>
  ask(service, `${path}/waits/${name}:complete`, { method: 'POST', ...asking })
export const verdict = { verdict: 'CLEAR', reference: 'CR-20931' }
export const call = (path: string, json: unknown = verdict, asking: Asking = {}) =>
  ask(service, path, { key: null, json, ...asking })
export const waitsOf = async (path: string) =>
  (await ask(service, `${path}/waits`)).body.waits as Record<string, unknown>[]
export const idOf = (path: string) => path.split('/').at(-1) ?? ''
export const cancel = async (path: string) =>
  expect((await ask(service, `${path}:cancel`, { method: 'POST' })).status).toBe(200)

/** The path of an operation that was purged. */
export async function purged(): Promise<string> {
  const path = await suspended()
  await cancel(path)
  expect((await ask(service, `${path}:purge`, { method: 'POST' })).status).toBe(204)
  return path
}
