import { basePath } from './document.ts'
import { formatId } from './ids.ts'

/** Where things are: path-absolute, or absolute when the service knows its public address. */
export type Links = {
  /** The public address without a slash at its end; empty when unknown. */
  origin: string
  operation(uuid: string): string
  report(uuid: string): string
  upload(uuid: string): string
  receiver(uuid: string): string
  key(uuid: string): string
  ping(receiver: string, delivery: string): string
  delivery(operation: string, delivery: string): string
  /** A signed, expiring link to the bytes of this owner's file. */
  file(uuid: string, ownerId: string): string
  /** The link below the API's base path that `path` names, which begins with a slash. */
  api(path: string): string
  /** What a text in this owner's stored result stands for: a file reference, a path of this API, or itself. */
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
    report: (uuid) => api(`/reports/${formatId('report', uuid)}`),
    upload: (uuid) => api(`/uploads/${formatId('upload', uuid)}`),
    receiver: (uuid) => api(`/webhookReceivers/${formatId('receiver', uuid)}`),
    key: (uuid) => api(`/keys/${formatId('key', uuid)}`),
    ping: (receiver, delivery) => `${links.receiver(receiver)}/pings/${formatId('delivery', delivery)}`,
    delivery: (operation, delivery) => `${links.operation(operation)}/deliveries/${formatId('delivery', delivery)}`,
    file: (uuid, ownerId) => signLink(api(`/files/${formatId('file', uuid)}`), { fileId: uuid, ownerId }),
    stored: (text, ownerId) => {
      const uuid = fileReference.exec(text)?.[1]
      if (uuid) return links.file(uuid, ownerId)
      return text.startsWith(`${basePath}/`) ? origin + text : text
    },
  }
  return links
}
