import { create as contentDisposition } from 'content-disposition'
import parseRange from 'range-parser'
import { formatId, parseId } from '../contract/ids.ts'
import type { Implementation } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import { type FileRow, findFile, findLinkedFile } from '../database/files.ts'
import { FileMissing } from '../files/store.ts'
import type { Backend } from './backend.ts'
import { available, availableMade, expired, goneMaker } from './expiry.ts'
import { privately } from './paging.ts'

export function fileEndpoints(backend: Backend): Pick<Implementation, 'getFile' | 'getFileMetadata'> {
  const { db, files, links, linkKeys } = backend

  async function read(row: FileRow, range?: { start: number; end: number }) {
    try {
      return await files.read(row.storageKey, range)
    } catch (error) {
      if (!(error instanceof FileMissing)) throw error
      return new Problem('EXPIRED', 'The file is gone.', { expiredAt: row.expiresAt, cause: error })
    }
  }

  return {
    async getFile({ path, query, headers }) {
      const fileId = parseId('file', path.fileId)
      const row = fileId ? await findLinkedFile(db, fileId) : undefined
      const gone = row ? undefined : await goneMaker(backend, fileId)
      const ownerId = row?.ownerId ?? gone?.ownerId
      if (fileId === undefined || ownerId === undefined) return new Problem('NOT_FOUND', 'There is no such file.')
      const { expires, signature } = query
      const verdict = await linkKeys.verify({ fileId, ownerId, expires: String(expires), signature })
      if (verdict === 'tampered') return new Problem('LINK_INVALID', 'The signature does not fit this file and expiry.')
      const expiredAt = new Date(expires * 1000)
      if (verdict === 'expired') {
        return new Problem('LINK_EXPIRED', 'The link expired. Read the operation again for a fresh one.', { expiredAt })
      }
      const file = gone ? expired('file', gone.expiredAt) : available(row, 'file')
      if (file instanceof Problem) return file
      const common = {
        'Cache-Control': `private, max-age=${Math.max(0, Math.min(3600, expires - Math.floor(Date.now() / 1000)))}`,
        ETag: `"${file.sha256}"`,
        'Content-Disposition': contentDisposition(plainName(file.name)),
        'Accept-Ranges': 'bytes' as const,
      }
      const range = singleRange(headers.range, file.sizeBytes)
      if (range === 'outside') {
        return new Problem('RANGE_NOT_SATISFIABLE', `The file has ${file.sizeBytes} bytes.`, {
          headers: { 'content-range': `bytes */${file.sizeBytes}` },
        })
      }
      const content = await read(file, range)
      if (content instanceof Problem) return content
      const { mediaType } = file
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
      const file = await availableMade(backend, { row: found, uuid: fileId, ownerId }, 'file')
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

/** The name without what leads into a folder, and without what is not seen as it is. */
function plainName(name: string): string {
  return name.replaceAll(/[/\\\p{Cc}\p{Bidi_Control}]/gu, '_')
}

/** The one range asked for; undefined for the whole file, also when the header is anything else (RFC 9110 §14.2). */
function singleRange(header: string | undefined, size: number): { start: number; end: number } | 'outside' | undefined {
  if (header === undefined) return undefined
  const ranges = parseRange(size, header)
  if (ranges === -1) return 'outside'
  if (ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined
  return ranges[0]
}
