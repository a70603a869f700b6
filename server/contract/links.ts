import { basePath } from './document.ts'
import { formatId } from './ids.ts'

/** Links to resources. In responses they are path-absolute, or absolute if the public address is configured; in webhooks they are always absolute. */
export type Links = {
  /** What links begin with, without a trailing slash; empty for path-absolute links. */
  origin: string
  operation(uuid: string): string
  /** The operation for pollers of Azure SDKs. */
  azureOperation(uuid: string): string
  report(uuid: string): string
  upload(uuid: string): string
  receiver(uuid: string): string
  key(uuid: string): string
  schedule(uuid: string): string
  batch(uuid: string): string
  /** The list of the operations of the batch. */
  operationsOf(batch: string): string
  ping(receiver: string, delivery: string): string
  delivery(operation: string, delivery: string): string
  /** POST completes a wait of the operation. */
  completeWait(operation: string, name: string): string
  /** A signed, expiring link to the content of this owner's file. */
  file(uuid: string, ownerId: string): string
  /** The link to a path of the API. `path` starts with a slash. */
  api(path: string): string
  /** A text in this owner's stored result, with a file reference or a path of the API replaced by its link. */
  stored(text: string, ownerId: string): string
}

const fileReference = /^file:([0-9a-f-]{36})$/

/** `signLink` adds expiry and signature to the path of a file. */
export function createLinks(
  publicUrl: string | undefined,
  signLink: (path: string, file: { fileId: string; ownerId: string }) => string,
): Links {
  const origin = publicUrl?.replace(/\/+$/, '') ?? ''
  const api = (path: string) => origin + basePath + path
  const links: Links = {
    origin,
    api,
    operation: (uuid) => api(`/operations/${formatId('operation', uuid)}`),
    azureOperation: (uuid) => `${origin}/compat/azure/operations/${formatId('operation', uuid)}`,
    report: (uuid) => api(`/reports/${formatId('report', uuid)}`),
    upload: (uuid) => api(`/uploads/${formatId('upload', uuid)}`),
    receiver: (uuid) => api(`/webhookReceivers/${formatId('receiver', uuid)}`),
    key: (uuid) => api(`/keys/${formatId('key', uuid)}`),
    schedule: (uuid) => api(`/schedules/${formatId('schedule', uuid)}`),
    batch: (uuid) => api(`/batches/${formatId('batch', uuid)}`),
    operationsOf: (batch) => api(`/operations?batchId=${formatId('batch', batch)}`),
    ping: (receiver, delivery) => `${links.receiver(receiver)}/pings/${formatId('delivery', delivery)}`,
    delivery: (operation, delivery) => `${links.operation(operation)}/deliveries/${formatId('delivery', delivery)}`,
    completeWait: (operation, name) => `${links.operation(operation)}/waits/${encodeURIComponent(name)}:complete`,
    file: (uuid, ownerId) => signLink(api(`/files/${formatId('file', uuid)}`), { fileId: uuid, ownerId }),
    stored: (text, ownerId) => {
      const uuid = fileReference.exec(text)?.[1]
      if (uuid) return links.file(uuid, ownerId)
      return text.startsWith(`${basePath}/`) ? origin + text : text
    },
  }
  return links
}
