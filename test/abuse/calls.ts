import type { OperationId, OperationType } from '../../generated/operations.ts'
import { specOperations } from '../../server/contract/document.ts'
import { loadConsole } from '../../server/http/resources/console-files.ts'
import { loadDocumentation } from '../../server/http/resources/documentation.ts'
import { inAnHour, report } from '../http/requests.ts'
import { api, type Holdings, yearly } from './holdings.ts'
import { handshake } from './knock.ts'

/**
 * What another owner gets for the same call: `unknown`: exactly the response for an unknown id; `without`: a list without the resource of
 * the first owner that `shows` names; `own`: a success about a resource of its own; `link`: the same bytes, because the link itself is the
 * credential; `public`: the same response as every caller.
 */
type Foreign = 'unknown' | 'without' | 'own' | 'link' | 'public'

export type Call = {
  path: string
  asking?: { method?: string; headers?: Record<string, string>; body?: string; json?: object }
  shows?: string
}

export type Case = {
  /** The status of the owner's response. */
  status: number
  foreign: Foreign
  /** A call on a resource of this owner, which is created for the call. */
  call(own: Holdings): Call | Promise<Call>
}

const post = { method: 'POST' }
const idOf = (path: string) => path.split('/').at(-1) ?? ''
const delayed = () => ({ startAfter: inAnHour() })

const on = (
  what: (own: Holdings) => string | Promise<string>,
  suffix = '',
  asking: Call['asking'] = {},
): Case['call'] => {
  return async (own) => ({ path: (await what(own)) + suffix, asking })
}
const submit = (path: string, json: () => object): Case => ({
  status: 202,
  foreign: 'own',
  call: () => ({ path: api + path, asking: { json: json() } }),
})
const list = (path: string, of: (own: Holdings) => Promise<string>): Case => ({
  status: 200,
  foreign: 'without',
  call: async (own) => ({ path: api + path, shows: idOf(await of(own)) }),
})
const reading = (call: Case['call'], status = 200): Case => ({ status, foreign: 'unknown', call })
const shown = (path: string): Case => ({ status: 200, foreign: 'public', call: () => ({ path }) })

const waiting = ({ waiting: of }: Holdings) => of()
const suspended = ({ suspended: of }: Holdings) => of()
const cancelled = ({ cancelled: of }: Holdings) => of()
const delivery = ({ delivery: of }: Holdings) => of()
const receiver = ({ receiver: of }: Holdings) => of()
const credential = ({ credential: of }: Holdings) => of()
const schedule = ({ schedule: of }: Holdings) => of()
const upload = ({ upload: of }: Holdings) => of()
const fileOf = ({ link }: Holdings) => link.split('?')[0] ?? ''

/**
 * A successful call of an endpoint. The compiler names a missing endpoint; an operation type may be missing if its example alone is a valid
 * submit.
 */
export function caseOf(operationId: OperationId): Case {
  const known: Case | undefined = cases[operationId]
  if (known) return known
  const found = specOperations().find(({ operation }) => operation.operationId === operationId)
  const content = found?.operation.requestBody?.content['application/json'] as Example | undefined
  const example = content?.example ?? Object.values(content?.examples ?? {})[0]?.value
  if (!found || !example) throw new Error(`${operationId} has no call in \`cases\` and no example`)
  return {
    status: 202,
    foreign: 'own',
    call: () => ({ path: found.path, asking: { json: { ...example, ...delayed() } } }),
  }
}

type Example = { example?: object; examples?: Record<string, { value: object }> }

type Cases = Record<Exclude<OperationId, OperationType>, Case> & Partial<Record<OperationType, Case>>

const cases: Cases = {
  generateReport: submit('/reports:generate', () => ({ ...report, ...delayed() })),
  exportCustomers: submit('/customers:export', () => ({ format: 'CSV', ...delayed() })),
  importOrders: {
    status: 202,
    foreign: 'unknown',
    call: async ({ upload: of }) => ({
      path: `${api}/orders:import`,
      asking: { json: { uploadId: idOf(await of()), ...delayed() } },
    }),
  },
  deliverOrder: reading(
    ({ orderId }) => ({ path: `${api}/orders/${orderId}:deliver`, asking: { json: delayed() } }),
    202,
  ),
  screenCandidate: submit('/candidates:screen', () => ({
    candidate: { name: 'Erika Mustermann', birthDate: '1990-08-12' },
    ...delayed(),
  })),
  cancelOperations: submit('/operations:cancel', () => ({ filter: { label: ['of:nobody'] }, ...delayed() })),
  retryOperations: submit('/operations:retry', () => ({ filter: { label: ['of:nobody'] }, ...delayed() })),

  getReport: reading(on(({ report: of }) => of)),
  listCustomers: {
    status: 200,
    foreign: 'without',
    call: ({ customerId }) => ({ path: `${api}/customers?pageSize=1000`, shows: customerId }),
  },
  listOrders: {
    status: 200,
    foreign: 'without',
    call: ({ orderId }) => ({ path: `${api}/orders?source=IMPORTED`, shows: orderId }),
  },
  getOrder: reading(({ orderId }) => ({ path: `${api}/orders/${orderId}` })),

  listOperations: list('/operations', waiting),
  batchGetOperations: {
    status: 200,
    foreign: 'unknown',
    call: async (own) => ({
      path: `${api}/operations:batchGet`,
      asking: { json: { operationIds: [idOf(await own.waiting())] } },
    }),
  },
  batchCreateOperations: {
    status: 200,
    foreign: 'own',
    call: () => ({
      path: `${api}/operations:batchCreate`,
      asking: { json: { operations: [{ type: 'generateReport', body: { ...report, ...delayed() } }] } },
    }),
  },
  getBatch: reading(on(({ batch: of }) => of())),
  streamOperations: { status: 200, foreign: 'own', call: () => ({ path: `${api}/operations/stream` }) },
  getOperation: reading(on(waiting)),
  deleteOperation: reading(on(waiting, '', { method: 'DELETE' }), 204),
  cancelOperation: reading(on(waiting, ':cancel', post)),
  retryOperation: reading(on(cancelled, ':retry', post), 202),
  purgeOperation: reading(on(cancelled, ':purge', post), 204),
  getOperationResult: reading(
    on(({ completed }) => completed, '/result'),
    303,
  ),
  getOperationEvents: reading(on(waiting, '/events')),
  getOperationLogs: reading(on(waiting, '/logs')),
  streamOperation: reading(on(waiting, '/stream')),
  openOperationSocket: reading(on(waiting, '/status', { headers: handshake }), 101),
  listWaits: reading(on(suspended, '/waits')),
  completeWait: reading(on(suspended, '/waits/decision:complete', { json: { decision: 'CLEAR' } })),
  receiveCallback: {
    status: 200,
    foreign: 'link',
    call: async ({ callback }) => ({ path: await callback(), asking: { json: { verdict: 'CLEAR' } } }),
  },
  listDeliveries: reading(on(cancelled, '/deliveries')),
  getDelivery: reading(on(delivery)),
  redeliver: reading(on(delivery, ':redeliver', post), 202),

  listWebhookReceivers: list('/webhookReceivers', receiver),
  createWebhookReceiver: {
    status: 201,
    foreign: 'own',
    call: () => ({ path: `${api}/webhookReceivers`, asking: { json: { url: 'https://example.com/' } } }),
  },
  getWebhookReceiver: reading(on(receiver)),
  deleteWebhookReceiver: reading(on(receiver, '', { method: 'DELETE' }), 204),
  pingWebhookReceiver: reading(on(receiver, ':ping', post), 202),
  rotateWebhookSecret: reading(on(receiver, ':rotateSecret', { json: { overlap: 60 } })),
  enableWebhookReceiver: reading(on(receiver, ':enable', post)),
  getPing: reading(on(({ ping }) => ping())),

  createSchedule: {
    status: 201,
    foreign: 'own',
    call: () => ({ path: `${api}/schedules`, asking: { json: yearly } }),
  },
  getStatistics: { status: 200, foreign: 'own', call: () => ({ path: `${api}/statistics` }) },
  listWorkers: { status: 200, foreign: 'own', call: () => ({ path: `${api}/workers` }) },
  listSchedules: list('/schedules', schedule),
  getSchedule: reading(on(schedule)),
  updateSchedule: reading(on(schedule, '', { method: 'PATCH', json: { name: 'renamed' } })),
  deleteSchedule: reading(on(schedule, '', { method: 'DELETE' }), 204),
  pauseSchedule: reading(on(schedule, ':pause', post)),
  resumeSchedule: reading(on(schedule, ':resume', post)),
  triggerSchedule: reading(on(schedule, ':trigger', post), 202),

  createUpload: {
    status: 201,
    foreign: 'own',
    call: () => ({
      path: `${api}/uploads`,
      asking: { method: 'POST', body: 'Row ID\n', headers: { 'content-type': 'text/csv' } },
    }),
  },
  getUpload: reading(on(upload)),
  getFile: { status: 200, foreign: 'link', call: ({ link }) => ({ path: link }) },
  getFileMetadata: reading(on(fileOf, '/metadata')),

  createKey: {
    status: 201,
    foreign: 'own',
    call: () => ({ path: `${api}/keys`, asking: { json: { name: 'reader', scopes: ['operations:read'] } } }),
  },
  listKeys: list('/keys', credential),
  getKey: reading(on(credential)),
  revokeKey: reading(on(credential, '', { method: 'DELETE' }), 204),

  getOpenapi: shown('/openapi.json'),
  getDialectOpenapi: shown('/openapi/azure'),
  getHome: shown('/'),
  getDocs: shown('/docs'),
  getDocsScript: shown(`/docs/files/${(await loadDocumentation()).api.script}`),
  getGuides: shown('/docs/guides'),
  getGuide: shown('/docs/guides/polling'),
  getConsole: shown('/console'),
  getConsoleFile: shown(`/console/${[...(await loadConsole()).files.keys()][0]}`),
  getProblem: shown('/problems/NOT_FOUND'),
  getHealth: shown('/healthz'),
  getReadiness: shown('/readyz'),
}
