import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { INVALID_PARAMS, ProtocolError, type ReadResourceResult } from '@modelcontextprotocol/server'
import type { components } from '../../../generated/schema.ts'
import type { Call } from '../../contract/call.ts'
import type { AnyResponse } from '../../contract/implementation.ts'
import type { WireOperation } from '../../contract/present/operation.ts'
import { shown } from './projection.ts'

/** A call whose problem is an error of the protocol, except problems with the codes in `ignored`. */
export type Read = (...given: [...Called, ignored?: readonly string[]]) => Promise<AnyResponse>
type Called = [operationId: Parameters<Call>[0], input: Parameters<Call>[1]]

const mimeType = 'application/json'
const ofOperation = 'The status, the progress and the result of an operation.'
const ofFile = 'A file of a result: its text if it is short, else a link for its download and when the link expires.'

export const resourceTemplates = [
  { uriTemplate: 'longrun://operations/{operationId}', name: 'operation', description: ofOperation, mimeType },
  { uriTemplate: 'longrun://files/{fileId}', name: 'file', description: ofFile },
]

/** What a model can read at once. */
const maxInlineBytes = 64 * 1024
const textTypes = /^(text\/|application\/(x-ndjson|json)\b)/

export async function readResource(read: Read, uri: string): Promise<ReadResourceResult> {
  const [, kind, id = ''] = /^longrun:\/\/(operations|files)\/([\w-]{1,64})$/.exec(uri) ?? []
  const asJson = (value: object) => ({ contents: [{ uri, mimeType, text: JSON.stringify(value) }] })
  if (kind === 'operations') {
    return asJson(shown((await read('getOperation', { operationId: id })).body as WireOperation))
  }
  if (kind !== 'files')
    throw new ProtocolError(INVALID_PARAMS, 'There is no such resource. Read the list of templates.', { uri })
  const file = (await read('getFileMetadata', { fileId: id })).body as components['schemas']['File']
  const { searchParams: link } = new URL(file.downloadUrl, 'http://localhost')
  if (file.size <= maxInlineBytes && textTypes.test(file.mediaType)) {
    // Without content it is stored elsewhere, where its link leads.
    const { content } = await read('getFile', { fileId: id, ...Object.fromEntries(link) })
    if (content !== undefined)
      return { contents: [{ uri, mimeType: file.mediaType, text: await text(content as Readable) }] }
  }
  return asJson({ ...file, linkExpiresAt: new Date(Number(link.get('expires')) * 1000).toISOString() })
}
