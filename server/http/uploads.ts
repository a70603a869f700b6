import { v7 as uuidv7 } from 'uuid'
import type { components } from '../../generated/schema.ts'
import { formatId, parseId } from '../contract/ids.ts'
import type { Implementation } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import { findUpload, insertUpload, type UploadRow } from '../database/uploads.ts'
import { FileTooLarge } from '../files/store.ts'
import type { Backend } from './backend.ts'
import { available } from './expiry.ts'
import { privately } from './paging.ts'

export function uploadEndpoints(backend: Backend): Pick<Implementation, 'createUpload' | 'getUpload'> {
  const { db, files, links, uploadMaxBytes, retention } = backend
  const tooLarge = () =>
    new Problem('CONTENT_TOO_LARGE', `An upload may have ${uploadMaxBytes.toLocaleString('en')} bytes.`)
  return {
    async createUpload({ body, caller, signal }) {
      if ((body.declaredBytes ?? 0) > uploadMaxBytes) return tooLarge()
      const uploadId = uuidv7()
      const storageKey = `uploads/${uploadId}`
      let written: { sizeBytes: number; sha256: string }
      try {
        written = await files.write(storageKey, body.stream ?? nothing(), { maxBytes: uploadMaxBytes, signal })
      } catch (error) {
        if (error instanceof FileTooLarge) return tooLarge()
        // The store and the disk fail with a code; what else there is comes from the caller's side of the stream.
        if (signal.aborted || !(error instanceof Error && 'code' in error)) {
          return new Problem('INVALID_REQUEST', 'The upload broke off, and nothing of it was kept. Send it again.', {
            cause: error,
          })
        }
        throw error
      }
      const { ownerId } = caller
      const expiresAt = new Date(Date.now() + retention.uploadSeconds * 1000)
      try {
        const row = await insertUpload(db, {
          uploadId,
          ownerId,
          mediaType: body.mediaType,
          storageKey,
          expiresAt,
          ...written,
        })
        return { status: 201, headers: { Location: links.upload(uploadId) }, body: wireUpload(row) }
      } catch (error) {
        await files.delete(storageKey)
        throw error
      }
    },

    async getUpload({ path, caller }) {
      const uploadId = parseId('upload', path.uploadId)
      const found = uploadId ? await findUpload(db, { ownerId: caller.ownerId, uploadId }) : undefined
      const row = available(found, 'upload')
      if (row instanceof Problem) return row
      return { status: 200, headers: { 'Cache-Control': privately }, body: wireUpload(row) }
    },
  }
}

function wireUpload(row: UploadRow): components['schemas']['Upload'] {
  return {
    uploadId: formatId('upload', row.uploadId),
    mediaType: row.mediaType,
    size: row.sizeBytes,
    sha256: row.sha256,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
