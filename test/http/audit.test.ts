import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { buildRoutes } from '../../server/contract/routes.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { startTestService, type TestService, testOwner } from '../support/service.ts'
import { ask, ended, inAnHour, report, submitted } from './requests.ts'

type Entry = Record<string, unknown>

/** The log of the service, at the least verbose level. */
const lines: string[] = []
const entries = (): Entry[] => lines.map((line) => JSON.parse(line))
const audit = (requestId: string) => entries().filter((entry) => entry.requestId === requestId)

let service: TestService
beforeAll(async () => {
  const log = createLog('fatal', { write: (line) => lines.push(line) })
  service = await startTestService({ TRUSTED_PROXIES: 'loopback' }, undefined, log)
})
afterEach(() => service.check.assertKept())
afterAll(() => service.close())

const client = '203.0.113.7'
let count = 0
/** Sends a request through a proxy, for a client at `client`; returns its entries in the audit log. */
async function audited(path: string, asking: Parameters<typeof ask>[2] = {}) {
  count += 1
  const requestId = `request-${count}`
  const headers = { 'x-forwarded-for': `198.51.100.1, ${client}`, 'x-request-id': requestId, ...asking.headers }
  const answer = await ask(service, path, { ...asking, headers })
  return { ...answer, entries: audit(requestId) }
}

const by = () => ({ ownerId: testOwner, actor: service.actor, address: client })
const bare = (id: unknown) => String(id).replace(/^[a-z]+_/, '')
const receiver = { url: 'https://93.184.216.34/hook' }

describe('the audit log', () => {
  it('names caller, action, address, credential and outcome of a submit', async () => {
    const submit = await audited('/api/v1/reports:generate', { json: { ...report, startAfter: inAnHour() } })
    expect(submit.entries).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        service: 'longrun',
        event: 'audit.generateReport',
        outcome: 'accepted',
        status: 202,
        ...by(),
        requestId: submit.headers.get('x-request-id'),
        operationId: bare(submit.body.operationId),
        msg: 'audited',
      },
    ])
    const cancelled = await audited(`${submit.headers.get('location')}`, { method: 'DELETE' })
    const operationId = bare(submit.body.operationId)
    expect(cancelled.entries).toMatchObject([{ event: 'audit.deleteOperation', operationId, outcome: 'accepted' }])
    const again = await audited(`${submit.headers.get('location')}:retry`, { method: 'POST' })
    const newOperationId = bare(again.body.operationId)
    expect(again.entries).toMatchObject([{ event: 'audit.retryOperation', operationId, newOperationId }])
  })

  it('distinguishes refusals, replays and validations from changes', async () => {
    const refused = await audited('/api/v1/reports:generate', { json: { ...report, format: 'DOC' } })
    expect(refused.entries).toMatchObject([{ outcome: 'refused', status: 422, code: 'INVALID_INPUT', ...by() }])
    const trial = await audited('/api/v1/reports:generate', { json: { ...report, validateOnly: true } })
    expect(trial.entries).toMatchObject([{ outcome: 'validated' }])
    const headers = { 'idempotency-key': 'audit' }
    const first = await audited('/api/v1/reports:generate', { json: report, headers })
    const second = await audited('/api/v1/reports:generate', { json: report, headers })
    const operationId = bare(first.body.operationId)
    expect(second.entries).toMatchObject([{ outcome: 'replayed', operationId }])
    const early = await audited('/api/v1/operations/op_1:purge', { method: 'POST' })
    expect(early.entries).toMatchObject([
      { event: 'audit.purgeOperation', outcome: 'refused', code: 'OPERATION_NOT_FOUND' },
    ])
    expect(early.entries[0]).not.toHaveProperty('operationId')
  })

  it('names other changes: receivers, pings, uploads, purged operations', async () => {
    const made = await audited('/api/v1/webhookReceivers', { json: receiver })
    const receiverId = bare(made.body.receiverId)
    expect(made.entries).toMatchObject([{ event: 'audit.createWebhookReceiver', receiverId, status: 201 }])
    expect(JSON.stringify(made.entries)).not.toContain('whsec_')
    const at = `/api/v1/webhookReceivers/${made.body.receiverId}`
    const pinged = await audited(`${at}:ping`, { method: 'POST' })
    expect(pinged.entries).toMatchObject([{ receiverId, deliveryId: bare(pinged.body.deliveryId) }])
    for (const [verb, action] of [
      [':rotateSecret', 'rotateWebhookSecret'],
      [':enable', 'enableWebhookReceiver'],
    ]) {
      const done = await audited(`${at}${verb}`, { method: 'POST' })
      expect(done.entries).toMatchObject([{ event: `audit.${action}`, receiverId, outcome: 'accepted' }])
    }
    expect((await audited(at, { method: 'DELETE' })).entries).toMatchObject([{ status: 204, receiverId, ...by() }])
    const headers = { 'content-type': 'text/csv' }
    const uploaded = await audited('/api/v1/uploads', { method: 'POST', body: 'a,b\n', headers })
    const uploadId = bare(uploaded.body.uploadId)
    expect(uploaded.entries).toMatchObject([{ event: 'audit.createUpload', uploadId, ...by() }])
    const path = await submitted(service)
    await ended(service, path)
    const purged = await audited(`${path}:purge`, { method: 'POST' })
    const operationId = bare(path.split('/').at(-1))
    expect(purged.entries).toMatchObject([{ event: 'audit.purgeOperation', operationId, ...by() }])
  })

  it('names created and revoked keys, and never contains a key', async () => {
    const made = await audited('/api/v1/keys', { json: { name: 'dashboard', scopes: ['operations:read'] } })
    const keyId = bare(made.body.keyId)
    expect(made.entries).toMatchObject([{ event: 'audit.createKey', keyId, outcome: 'accepted', ...by() }])
    expect(JSON.stringify(made.entries)).not.toContain(String(made.body.key).slice(12))
    const used = await audited('/api/v1/uploads', { method: 'POST', key: String(made.body.key) })
    const actor = `key:${made.body.prefix}`
    expect(used.entries).toMatchObject([{ code: 'INSUFFICIENT_SCOPE', ownerId: testOwner, actor }])
    const revoked = await audited(`/api/v1/keys/${made.body.keyId}`, { method: 'DELETE' })
    expect(revoked.entries).toMatchObject([{ event: 'audit.revokeKey', keyId, status: 204 }])
    expect((await audited('/api/v1/keys')).entries).toEqual([])
  })

  it('has no entry for reads, including batchGet', async () => {
    const json = { operationIds: ['op_01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21'] }
    expect((await audited('/api/v1/operations:batchGet', { json })).entries).toEqual([])
    expect((await audited('/api/v1/operations')).entries).toEqual([])
  })

  it('names a refused credential by its address only, and a missing scope with its owner', async () => {
    const key = 'canary-0123456789abcdef'
    const unknown = await audited('/api/v1/operations', { key })
    expect(unknown.entries).toMatchObject([
      { event: 'audit.listOperations', outcome: 'refused', code: 'UNAUTHENTICATED', address: client },
    ])
    expect(unknown.entries[0]).not.toHaveProperty('actor')
    expect(JSON.stringify(unknown.entries)).not.toContain('canary')
    const powerless = await audited('/api/v1/operations', { key: service.powerlessKey })
    const actor = expect.stringMatching(/^key:[0-9a-f]{8}$/)
    expect(powerless.entries).toMatchObject([{ code: 'INSUFFICIENT_SCOPE', ownerId: testOwner, actor }])
    const path = await submitted(service)
    const { result } = await ended(service, path)
    const link = (result as { downloadUrl: string }).downloadUrl.replace(
      /signature=(.)/,
      (_, first) => `signature=${first === '_' ? '-' : '_'}`,
    )
    expect((await audited(link, { key: null })).entries).toMatchObject([{ code: 'LINK_INVALID', address: client }])
  })

  it('has an entry for every request of the contract that may change something', () => {
    const changing = buildRoutes().filter(({ method }) => method !== 'get')
    const reads = changing.filter(({ scopes }) => scopes?.every((scope) => scope === 'operations:read'))
    expect(reads.map(({ operationId }) => operationId)).toEqual(['batchGetOperations'])
    // The token is the credential.
    const anonymous = changing.filter(({ scopes }) => !scopes?.length)
    expect(anonymous.map(({ operationId }) => operationId)).toEqual(['receiveCallback'])
  })

  it('names the operation of the contract for a request to a dialect', async () => {
    const path = (await submitted(service, { startAfter: inAnHour() })).replace('/api/v1', '/compat/google/v1')
    const { headers } = await ask(service, `${path}:cancel`, { method: 'POST' })
    expect(audit(headers.get('x-request-id') ?? '')).toMatchObject([
      { event: 'audit.cancelOperation', outcome: 'accepted', operationId: path.split('op_')[1] },
    ])
    const wait = await ask(service, `${path}:wait`, { method: 'POST' })
    expect(audit(wait.headers.get('x-request-id') ?? '').filter(({ event }) => event !== undefined)).not.toContainEqual(
      expect.objectContaining({ event: expect.stringMatching(/^audit/) }),
    )
  })

  it('names the operation of a submit to a dialect whose body has other names', async () => {
    const { body, headers } = await ask(service, '/compat/tasks/reports', { json: { type: 'annual-sales' } })
    const entries = audit(headers.get('x-request-id') ?? '')
    const expected = { event: 'audit.generateReport', outcome: 'accepted', operationId: bare(body.id) }
    expect(entries.filter(({ outcome }) => outcome !== undefined)).toMatchObject([
      { ...expected, actor: service.actor },
    ])
    await ask(service, `${headers.get('location')}`, { method: 'DELETE' })
  })

  it('is not flooded by refusals, and states how many entries were suppressed', async () => {
    const address = '203.0.113.99'
    const headers = { 'x-forwarded-for': address }
    for (let n = 0; n < 30; n += 1) await ask(service, '/api/v1/operations', { key: 'nobody-0123456789', headers })
    expect(entries().filter((entry) => entry.address === address)).toHaveLength(20)
    const other = await audited('/api/v1/operations', { key: null })
    expect(other.entries).toHaveLength(1)
  })
})

describe('the history of an operation', () => {
  const headers = { 'x-forwarded-for': client }
  const events = async (path: string) => {
    const { body } = await ask(service, `${path}/events`)
    return body.events as Entry[]
  }

  it('names the credential and address that created and cancelled it, and no worker', async () => {
    const json = { ...report, startAfter: inAnHour() }
    const path = (await ask(service, '/api/v1/reports:generate', { json, headers })).headers.get('location') ?? ''
    await ask(service, `${path}:cancel`, { json: { reason: 'superseded' }, headers })
    expect(await events(path)).toMatchObject([
      { status: 'PENDING', actor: service.actor, address: client },
      { status: 'CANCELLED', actor: service.actor, address: client, reason: 'superseded' },
    ])
    const done = await submitted(service)
    await ended(service, done)
    const recorded = await events(done)
    expect(recorded[0]).toMatchObject({ actor: service.actor, address: '127.0.0.1' })
    for (const event of recorded.slice(1)) {
      expect(event).toMatchObject({ actor: 'worker' })
      expect(event).not.toHaveProperty('address')
    }
  })

  it('names the credential of a retry in the new operation, and the operation of a bulk action', async () => {
    const path = await submitted(service, { startAfter: inAnHour(), labels: { batch: 'audit' } })
    await ask(service, path, { method: 'DELETE' })
    const again = (await ask(service, `${path}:retry`, { method: 'POST', headers })).headers.get('location') ?? ''
    expect((await events(again))[0]).toMatchObject({ actor: service.actor, address: client })
    const waiting = await submitted(service, { startAfter: inAnHour(), labels: { batch: 'audit' } })
    const filter = { label: ['batch:audit'] }
    const bulk = await ask(service, '/api/v1/operations:cancel', { json: { filter }, headers })
    const actor = `operation:${bulk.body.operationId}`
    await ended(service, bulk.headers.get('location') ?? '')
    expect((await events(bulk.headers.get('location') ?? ''))[0]).toMatchObject({ actor: service.actor })
    const last = (await events(waiting)).at(-1)
    expect(last).toMatchObject({ status: 'CANCELLED', actor })
    expect(last).not.toHaveProperty('address')
    const retrying = await ask(service, '/api/v1/operations:retry', { json: { filter } })
    await ended(service, retrying.headers.get('location') ?? '')
    const { retriedBy } = (await ask(service, waiting)).body
    const successor = (await events(`/api/v1/operations/${retriedBy}`))[0]
    expect(successor).toMatchObject({ actor: `operation:${retrying.body.operationId}` })
    expect(successor).not.toHaveProperty('address')
  })

  it('names the actor `owner` for histories without credentials', async () => {
    const path = await submitted(service, { startAfter: inAnHour() })
    const sql = postgres(service.databaseUrl, { max: 1 })
    await sql`update operations set created_by = null, created_from = null where operation_id = ${bare(path.split('/').at(-1))}`
    await sql.end()
    const [creation] = await events(path)
    expect(creation).toMatchObject({ actor: 'owner' })
    expect(creation).not.toHaveProperty('address')
  })
})
