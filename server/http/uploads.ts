import { v7 as uuidv7 } from 'uuid'
import type { components } from '../../generated/schema.ts'
import { formatId, parseId } from '../contract/ids.ts'
import type { Implementation } from '../contract/implementation.ts'
import { Problem } from '../contract/problem.ts'
import type { Db } from '../database/db.ts'
import { findUpload, insertUpload, type UploadRow } from '../database/uploads.ts'
import { storeAnnounced, type Written } from '../files/announced.ts'
import { FileTooLarge } from '../files/store.ts'
import type { Backend } from './backend.ts'
import { available } from './expiry.ts'
import { privately } from './paging.ts'
import { storageFull } from './quotas.ts'

export function uploadEndpoints(backend: Backend): Pick<Implementation, 'createUpload' | 'getUpload'> {
  const { db, files, links, uploadMaxBytes, retention, storageRoom } = backend
  const tooLarge = () =>
    new Problem('CONTENT_TOO_LARGE', `An upload may have ${uploadMaxBytes.toLocaleString('en')} bytes.`)
  return {
    async createUpload({ body, caller, signal }) {
      const { declaredBytes = 0 } = body
      if (declaredBytes > uploadMaxBytes) return tooLarge()
      const { ownerId } = caller
      const left = await storageRoom.left(ownerId)
      if (declaredBytes > left) return storageFull({ left, cap: storageRoom.cap })
      const uploadId = uuidv7()
      const storageKey = `uploads/${uploadId}`
      const upload = { uploadId, ownerId, mediaType: body.mediaType, storageKey, keepSeconds: retention.uploadSeconds }
      const register = async (tx: Db, written: Written) => {
        if (await storageRoom.fits(tx, { ownerId, ...written })) return insertUpload(tx, { ...upload, ...written })
        throw storageFull({ left: await storageRoom.left(ownerId), cap: storageRoom.cap })
      }
      const limits = { maxBytes: Math.min(uploadMaxBytes, left), signal }
      try {
        const row = await storeAnnounced({ db, files }, storageKey, received(body.stream), limits, register)
        return { status: 201, headers: { Location: links.upload(uploadId) }, body: wireUpload(row) }
      } catch (error) {
        if (error instanceof FileTooLarge) {
          return left < uploadMaxBytes ? storageFull({ left, cap: storageRoom.cap }) : tooLarge()
        }
        if (error instanceof Problem) throw error
        if (!signal.aborted && !(error instanceof BrokenOff)) throw error
        return new Problem('INVALID_REQUEST', 'The upload broke off, and nothing of it was kept. Send it again.', {
          cause: error,
        })
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

/** The caller's side of an upload failed, not the store's. */
class BrokenOff extends Error {}

async function* received(stream: AsyncIterable<Uint8Array> | null | undefined): AsyncGenerator<Uint8Array> {
  try {
    if (stream) yield* stream
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    throw new BrokenOff('the upload broke off', { cause })
  }
}
