import { expect } from 'vitest'
import { csvOf } from '../handlers/order-lines.ts'
import { concluded } from '../http/hook.ts'
import { type Asking, ask, ended, inAnHour, report } from '../http/requests.ts'
import type { TestService } from '../support/service.ts'
import { withWaits } from '../support/suspended.ts'

export const api = '/api/v1'

/** Resources of one owner, by path. A resource that a call uses up is created on each use. */
export type Holdings = {
  key: string
  ask(path: string, asking?: Asking): ReturnType<typeof ask>
  /** An operation with a future `startAfter`. */
  waiting(): Promise<string>
  /** An operation that waits for a decision and for a callback. */
  suspended(): Promise<string>
  /** A batch of one operation. */
  batch(): Promise<string>
  /** The path of the callback URL of such an operation. */
  callback(): Promise<string>
  /** A cancelled operation whose webhook has received a message. */
  cancelled(): Promise<string>
  receiver(): Promise<string>
  /** A delivery of a cancelled operation. */
  delivery(): Promise<string>
  ping(): Promise<string>
  upload(): Promise<string>
  /** A schedule that is due once a year. */
  schedule(): Promise<string>
  /** A key that this owner created. */
  credential(): Promise<string>
  /** An operation that completed a report. */
  completed: string
  report: string
  /** The signed link to the report's file. */
  link: string
  /** An imported order and its customer. */
  orderId: string
  customerId: string
}

export const yearly = { cron: '@yearly', operation: { type: 'generateReport', body: report } }

/** Creates the resources. Webhooks are sent to `hookUrl`. `name` is part of the ids that the owner chooses. */
export async function makeHoldings(
  service: TestService,
  { key, name, hookUrl }: { key: string; name: string; hookUrl: string },
): Promise<Holdings> {
  const sendAsOwner = (path: string, asking: Asking = {}) => ask(service, path, { key, ...asking })
  const create = async (path: string, asking: Asking) => {
    const { status, headers, text } = await sendAsOwner(path, asking)
    expect([201, 202, 204], text).toContain(status)
    return headers.get('location') ?? ''
  }
  const untilEnded = (path: string) => ended({ ...service, apiKey: key }, path)
  const upload = (body = csvOf([{}])) =>
    create(`${api}/uploads`, { method: 'POST', body, headers: { 'content-type': 'text/csv' } })
  const waiting = (more: object = {}) =>
    create(`${api}/reports:generate`, { json: { ...report, startAfter: inAnHour(), ...more } })
  const cancelled = async () => {
    const path = await waiting({ webhook: { url: hookUrl } })
    await create(path, { method: 'DELETE' })
    return path
  }
  const suspended = async () => {
    const path = await waiting()
    await withWaits(service, (rig) => rig.suspend(path))
    return path
  }
  const receiver = () => create(`${api}/webhookReceivers`, { json: { url: hookUrl, events: ['FAILED'] } })

  const orderId = `ORDER-of-${name}`
  const customerId = `CUSTOMER-of-${name}`
  const uploadId = (await upload(csvOf([{ orderId, customerId }]))).split('/').at(-1)
  const importing = await create(`${api}/orders:import`, { json: { uploadId } })
  const completed = await create(`${api}/reports:generate`, { json: report })
  expect(await untilEnded(importing)).toMatchObject({ status: 'COMPLETED' })
  const { result, links } = (await untilEnded(completed)) as Record<'result' | 'links', Record<string, string>>
  const { headers } = await sendAsOwner(String(links.result))
  return {
    key,
    ask: sendAsOwner,
    waiting,
    suspended,
    async batch() {
      const operations = [{ type: 'generateReport', body: { ...report, startAfter: inAnHour() } }]
      const { text, body } = await sendAsOwner(`${api}/operations:batchCreate`, { json: { operations } })
      expect(body.accepted, text).toBe(1)
      return `${api}/batches/${body.batchId}`
    },
    async callback() {
      const path = await suspended()
      return withWaits(service, async (rig) => rig.callback(path))
    },
    cancelled,
    receiver,
    async delivery() {
      const path = await cancelled()
      const { deliveries } = (await sendAsOwner(`${path}/deliveries`)).body as { deliveries: { deliveryId: string }[] }
      return `${path}/deliveries/${deliveries[0]?.deliveryId}`
    },
    async ping() {
      const path = await create(`${await receiver()}:ping`, { method: 'POST' })
      await concluded({ ...service, apiKey: key }, path)
      return path
    },
    schedule: () => create(`${api}/schedules`, { json: yearly }),
    upload: () => upload(),
    credential: () => create(`${api}/keys`, { json: { name: 'reader', scopes: ['operations:read'] } }),
    completed,
    report: headers.get('location') ?? '',
    link: String(result.downloadUrl),
    orderId,
    customerId,
  }
}
