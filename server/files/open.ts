import { OperatorError } from '../domain/operator-error.ts'
import { withTimeout } from '../lib/timeout.ts'
import { diskStore, requireWritable } from './disk-store.ts'
import type { FilesLocation, S3Location } from './location.ts'
import { codeOf, remedyOf } from './s3-errors.ts'
import type { S3Credentials } from './s3-store.ts'
import type { FileStore } from './store.ts'

export type { S3Credentials } from './s3-store.ts'

/** The store of a service: `location` as found at the start, and for S3 the credentials that its executors use. */
export type ServiceFiles = {
  files: FileStore
  location: FilesLocation
  credentials?: (() => Promise<S3Credentials>) | undefined
}

/** Longest time until a start is refused because S3 does not answer. */
const probeMs = 20_000

/** Opens the store, and requires that it can be written. Throws an `OperatorError` otherwise. */
export async function openServiceFiles(location: FilesLocation): Promise<ServiceFiles> {
  if (location.kind === 'disk') {
    await requireWritable(location.folder)
    return { files: await openFiles(location), location }
  }
  const { s3Store } = await import('./s3-store.ts')
  const files = s3Store(location)
  const found = await withTimeout(files.probe(), probeMs, () => unusable(location, new ProbeTimeout())).catch(
    (error: unknown) => {
      throw error instanceof OperatorError ? error : unusable(location, error)
    },
  )
  // Opened again with what was found: without it, each client would look for the region by itself.
  return { files: s3Store(found, { credentials: files.credentials }), location: found, credentials: files.credentials }
}

/** Opens the store without a check, in an executor. The SDK of S3 is loaded only if it is used. */
export async function openFiles(
  location: FilesLocation,
  credentials?: () => Promise<S3Credentials>,
): Promise<FileStore> {
  if (location.kind === 'disk') return diskStore(location.folder, { minFreeBytes: location.minFreeBytes })
  const { s3Store } = await import('./s3-store.ts')
  return s3Store(location, { credentials })
}

class ProbeTimeout extends Error {
  override name = `no answer within ${probeMs / 1000} seconds`
}

function unusable({ bucket }: S3Location, error: unknown): OperatorError {
  const isRegion = error instanceof Error && /region is missing/i.test(error.message)
  const reason = isRegion ? 'no region is set' : codeOf(error)
  const remedy = isRegion ? 'set ?region= in FILES_URL, or AWS_REGION' : remedyOf(error)
  return new OperatorError(`Files cannot be stored in the bucket ${bucket} of FILES_URL (${reason}): ${remedy}.`)
}
