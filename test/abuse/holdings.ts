import { expect } from 'vitest'
import { csvOf } from '../handlers/order-lines.ts'
import { concluded } from '../http/hook.ts'
import { type Asking, ask, ended, inAnHour, report } from '../http/requests.ts'
import type { TestService } from '../support/service.ts'

export const api = '/api/v1'

/** Resources of one owner, by path. A resource that a call uses up is created on each use. */
export type Holdings = {
  key: string
  ask(path: string, asking?: Asking): ReturnType<typeof ask>
  /** An operation that waits for its time. */
  waiting(): Promise<string>
  /** A cancelled operation whose webhook has received a message. */
  cancelled(): Promise<string>
  receiver(): Promise<string>
  /** A delivery of an operation that was cancelled. */
  delivery(): Promise<string>
  ping(): Promise<string>
  upload(): Promise<string>
  /** A key that it made. */
  credential(): Promise<string>
  /** An operation that made a report. */
  completed: string
  report: string
  /** The report's bytes, as the signed link to them. */
  link: string
  /** An order that was imported, and its customer. */
  orderId: string
  customerId: string
}

/** Makes them; webhooks are sent to `hookUrl`. `name` stands in the ids that the owner chooses. */
export async function makeHoldings(
  service: TestService,
  { key, name, hookUrl }: { key: string; name: string; hookUrl: string },
): Promise<Holdings> {
  const asked = (path: string, asking: Asking = {}) => ask(service, path, { key, ...asking })
  const made = async (path: string, asking: Asking) => {
    const { status, headers, text } = await asked(path, asking)
    expect([201, 202, 204], text).toContain(status)
    return headers.get('location') ?? ''
  }
  const done = (path: string) => ended({ ...service, apiKey: key }, path)
  const upload = (body = csvOf([{}])) =>
    made(`${api}/uploads`, { method: 'POST', body, headers: { 'content-type': 'text/csv' } })
  const waiting = (more: object = {}) =>
    made(`${api}/reports:generate`, { json: { ...report, startAfter: inAnHour(), ...more } })
  const cancelled = async () => {
    const path = await waiting({ webhook: { url: hookUrl } })
    await made(path, { method: 'DELETE' })
    return path
  }
  const receiver = () => made(`${api}/webhookReceivers`, { json: { url: hookUrl, events: ['FAILED'] } })

  const orderId = `ORDER-of-${name}`
  const customerId = `CUSTOMER-of-${name}`
  const uploadId = (await upload(csvOf([{ orderId, customerId }]))).split('/').at(-1)
  const importing = await made(`${api}/orders:import`, { json: { uploadId } })
  const completed = await made(`${api}/reports:generate`, { json: report })
  expect(await done(importing)).toMatchObject({ status: 'COMPLETED' })
  const { result, links } = (await done(completed)) as Record<'result' | 'links', Record<string, string>>
  const { headers } = await asked(String(links.result))
  return {
    key,
    ask: asked,
    waiting,
    cancelled,
    receiver,
    async delivery() {
      const path = await cancelled()
      const { deliveries } = (await asked(`${path}/deliveries`)).body as { deliveries: { deliveryId: string }[] }
      return `${path}/deliveries/${deliveries[0]?.deliveryId}`
    },
    async ping() {
      const path = await made(`${await receiver()}:ping`, { method: 'POST' })
      await concluded({ ...service, apiKey: key }, path)
      return path
    },
    upload: () => upload(),
    credential: () => made(`${api}/keys`, { json: { name: 'reader', scopes: ['operations:read'] } }),
    completed,
    report: headers.get('location') ?? '',
    link: String(result.downloadUrl),
    orderId,
    customerId,
  }
}
