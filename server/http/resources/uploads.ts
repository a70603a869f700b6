import type { components } from '../../../generated/schema.ts'
import { formatId, parseId } from '../../contract/ids.ts'
import type { Implementation } from '../../contract/implementation.ts'
import { Problem } from '../../contract/problem.ts'
import type { Db } from '../../database/db.ts'
import { countReceiving } from '../../database/files/discards.ts'
import { findUpload, insertUpload, type UploadRow } from '../../database/files/uploads.ts'
import { storePlanned } from '../../files/planned.ts'
import { DiskFull, FileTooLarge } from '../../files/store.ts'
import { newId } from '../../lib/new-id.ts'
import { StorageFull, storageFull } from '../../quotas/stored-bytes.ts'
import type { Backend } from '../backend.ts'
import { privately } from '../request/paging.ts'
import { available } from '../response/expiry.ts'

export function uploadEndpoints(backend: Backend): Pick<Implementation, 'createUpload' | 'getUpload'> {
  const { db, files, links, uploadMaxBytes, ownerUploads, retention, storageQuota: storage } = backend

  function problemOf(error: unknown, signal: AbortSignal): Problem | undefined {
    if (error instanceof Problem) return error
    if (error instanceof StorageFull) return storageFull(error)
    if (error instanceof FileTooLarge) return tooLarge(uploadMaxBytes)
    if (error instanceof DiskFull) return diskFull(error)
    if (!signal.aborted && !(error instanceof UploadAborted)) return undefined
    const detail = 'The upload ended early, and nothing of it was stored. Send it again.'
    return new Problem('INVALID_REQUEST', detail, { cause: error })
  }

  return {
    async createUpload({ body, caller: { ownerId }, signal }) {
      const { declaredBytes, mediaType } = body
      if (declaredBytes !== undefined && declaredBytes > uploadMaxBytes) return tooLarge(uploadMaxBytes)
      const uploadId = newId()
      const storageKey = `uploads/${uploadId}`
      const upload = { uploadId, ownerId, mediaType, storageKey, keepSeconds: retention.uploadSeconds }
      const check = async (tx: Db) => {
        if ((await countReceiving(tx, ownerId)) >= ownerUploads) throw tooManyUploads(ownerUploads)
      }
      const options = { maxBytes: uploadMaxBytes, signal, quota: { storage, ownerId, declaredBytes, check } }
      try {
        const row = await storePlanned({ db, files }, storageKey, received(body.stream), options, (tx, written) =>
          insertUpload(tx, { ...upload, ...written }),
        )
        return { status: 201, headers: { Location: links.upload(uploadId) }, body: wireUpload(row) }
      } catch (error) {
        throw problemOf(error, signal) ?? error
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

/** Seconds after which an upload may have ended. */
const uploadRetrySeconds = 5

function tooManyUploads(cap: number) {
  return new Problem(
    'TOO_MANY_UPLOADS',
    `You may send ${cap.toLocaleString('en')} uploads at once. Wait until one has ended.`,
    { retryAfter: uploadRetrySeconds },
  )
}

/** Seconds after which files may have expired, or the operator has freed space. */
const diskRetrySeconds = 60

function diskFull(cause: unknown) {
  const detail = 'The service has too little free disk space for files. Retry after the seconds in Retry-After.'
  return new Problem('DISK_FULL', detail, { retryAfter: diskRetrySeconds, cause })
}

function tooLarge(maxBytes: number) {
  return new Problem('CONTENT_TOO_LARGE', `An upload may have ${maxBytes.toLocaleString('en')} bytes.`)
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

/** Reading the upload from the client failed, not storing it. */
class UploadAborted extends Error {}

async function* received(stream: AsyncIterable<Uint8Array> | null | undefined): AsyncGenerator<Uint8Array> {
  try {
    if (stream) yield* stream
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    throw new UploadAborted('the upload was aborted', { cause })
  }
}
