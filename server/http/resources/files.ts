import { create as contentDisposition } from 'content-disposition'
import { LRUCache } from 'lru-cache'
import parseRange from 'range-parser'
import { formatId, parseId } from '../../contract/ids.ts'
import type { Caller, Implementation } from '../../contract/implementation.ts'
import { Problem } from '../../contract/problem.ts'
import { type FileRow, findFile, findLinkedFile } from '../../database/files/files.ts'
import { FileMissing } from '../../files/store.ts'
import type { Backend } from '../backend.ts'
import { privately } from '../request/paging.ts'
import { available, availableResult, expired, tombstoneOfCreator } from '../response/expiry.ts'
import { matches } from '../response/representation.ts'
import { contentTypeOf } from '../response/send.ts'

/** A redirect is followed at once. */
const presignedSeconds = 60

/** Files whose owner is remembered, about 200 bytes each. */
const maxOwners = 10_000

export function fileEndpoints(backend: Backend): Pick<Implementation, 'getFile' | 'getFileMetadata'> {
  const { db, files, links, linkKeys, limits, addressLimits } = backend
  // The owners of files whose links were valid: a link that is used too often costs no query.
  const owners = new LRUCache<string, string>({ max: maxOwners })

  /** All downloads by an owner's links count together, apart from the owner's own requests. */
  async function admitReader(caller: Caller, ownerId: string) {
    const readers = `links:${ownerId}`
    await limits.admit({ ...caller, rateLimitKey: readers, ownerId: readers }, 'reads')
  }

  async function read(row: FileRow, range?: { start: number; end: number }) {
    try {
      return await files.read(row.storageKey, range)
    } catch (error) {
      if (!(error instanceof FileMissing)) throw error
      return new Problem('EXPIRED', 'The file is gone.', { expiredAt: row.expiresAt, cause: error })
    }
  }

  return {
    async getFile({ method, path, query, headers, caller, address }) {
      const fileId = parseId('file', path.fileId)
      if (fileId === undefined) return noSuchFile()
      const { expires, signature } = query
      const link = { fileId, expires: String(expires), signature }
      // Before any query: an invalid link reveals nothing and costs the database nothing.
      const validity = await linkKeys.verify(link)
      if (validity === 'tampered') {
        const problem = new Problem('LINK_INVALID', 'The signature does not match this file and expiry.')
        return addressLimits.check(address, 'links') ?? problem
      }
      if (validity === 'expired') {
        const detail = 'The link expired. Read the operation again for a new one.'
        return new Problem('LINK_EXPIRED', detail, { expiredAt: new Date(expires * 1000) })
      }
      const knownOwner = owners.get(fileId)
      if (knownOwner !== undefined) await admitReader(caller, knownOwner)
      const row = await findLinkedFile(db, fileId)
      const gone = row ? undefined : await tombstoneOfCreator(backend, fileId)
      const ownerId = row?.ownerId ?? gone?.ownerId
      if (ownerId === undefined || !linkKeys.isMintedFor(link, ownerId)) return noSuchFile()
      if (knownOwner === undefined) {
        owners.set(fileId, ownerId)
        await admitReader(caller, ownerId)
      }
      const file = gone ? expired('file', gone.expiredAt) : available(row, 'file')
      if (file instanceof Problem) return file
      const common = {
        'Cache-Control': `private, max-age=${Math.max(0, Math.min(3600, expires - Math.floor(Date.now() / 1000)))}`,
        ETag: `"${file.sha256}"`,
        'Content-Disposition': contentDisposition(plainName(file.name)),
        'Accept-Ranges': 'bytes' as const,
      }
      const { ETag: etag, 'Cache-Control': cacheControl } = common
      if (matches(headers['if-none-match'], etag)) {
        return { status: 304, headers: { ETag: etag, 'Cache-Control': cacheControl } }
      }
      // Strong comparison, and no date is a match, because files have no Last-Modified. RFC 9110 §13.1.5.
      const isCurrent = headers['if-range'] === undefined || headers['if-range'] === etag
      const range = isCurrent ? singleRange(headers.range, file.sizeBytes) : undefined
      if (range === 'outside') {
        return new Problem('RANGE_NOT_SATISFIABLE', `The file has ${file.sizeBytes} bytes.`, {
          headers: { 'content-range': `bytes */${file.sizeBytes}` },
        })
      }
      const { mediaType } = file
      if (files.presign) {
        const validSeconds = Math.min(presignedSeconds, expires - Math.floor(Date.now() / 1000))
        const location = await files.presign(file.storageKey, {
          method: method === 'HEAD' ? 'HEAD' : 'GET',
          // A link that expires within this second.
          validSeconds: Math.max(1, validSeconds),
          contentDisposition: common['Content-Disposition'],
          contentType: contentTypeOf(mediaType),
        })
        return { status: 307, headers: { Location: location, 'Cache-Control': 'no-store' } }
      }
      const content = await read(file, range)
      if (content instanceof Problem) return content
      if (!range) {
        return { status: 200, headers: { ...common, 'Content-Length': file.sizeBytes }, mediaType, content }
      }
      const { start, end } = range
      const part = {
        'Content-Length': end - start + 1,
        'Content-Range': `bytes ${start}-${end}/${file.sizeBytes}`,
      }
      return { status: 206, headers: { ...common, ...part }, mediaType, content }
    },

    async getFileMetadata({ path, caller }) {
      const fileId = parseId('file', path.fileId)
      const { ownerId } = caller
      const found = fileId ? await findFile(db, { ownerId, fileId }) : undefined
      const file = await availableResult(backend, { row: found, uuid: fileId, ownerId }, 'file')
      if (file instanceof Problem) return file
      return {
        status: 200,
        headers: { 'Cache-Control': privately },
        body: {
          fileId: formatId('file', file.fileId),
          operationId: formatId('operation', file.operationId),
          name: file.name,
          mediaType: file.mediaType,
          size: file.sizeBytes,
          sha256: file.sha256,
          createdAt: file.createdAt.toISOString(),
          expiresAt: file.expiresAt.toISOString(),
          downloadUrl: links.file(file.fileId, file.ownerId),
        },
      }
    },
  }
}

function noSuchFile() {
  return new Problem('NOT_FOUND', 'There is no such file.')
}

/** The name without path separators, control characters and bidirectional controls. */
function plainName(name: string): string {
  return name.replaceAll(/[/\\\p{Cc}\p{Bidi_Control}]/gu, '_')
}

/** The requested range; undefined for the whole file, also if the header is anything but one byte range (RFC 9110 §14.2). */
function singleRange(header: string | undefined, size: number): { start: number; end: number } | 'outside' | undefined {
  if (header === undefined) return undefined
  const ranges = parseRange(size, header)
  if (ranges === -1) return 'outside'
  if (ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined
  return ranges[0]
}
