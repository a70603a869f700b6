import { DiskFull, StorageUnavailable } from './store.ts'

type Details = { name?: unknown; message?: unknown; code?: unknown; $metadata?: { httpStatusCode?: number } }

const fullCodes: ReadonlySet<unknown> = new Set([
  'InsufficientStorage',
  'QuotaExceeded',
  'XMinioAdminBucketQuotaExceeded',
  'XMinioStorageFull',
])
const unsupportedCodes: ReadonlySet<unknown> = new Set(['MethodNotAllowed', 'NotImplemented'])

/** The error code of S3, or that of the connection. */
export function codeOf(error: unknown): string {
  const { name, code } = details(error)
  const known = typeof name === 'string' && name !== 'Error' ? name : code
  return typeof known === 'string' ? known : 'unknown error'
}

export const statusOf = (error: unknown) => details(error).$metadata?.httpStatusCode

/** The server does not have this feature of S3. */
export const isUnsupported = (error: unknown) =>
  unsupportedCodes.has(codeOf(error)) || statusOf(error) === 405 || statusOf(error) === 501

/**
 * The error of a request to S3 as one of the store. All of them may pass: a permission is granted, a bucket created, a credential renewed.
 * The cause has no other fields than these, because errors of the SDK contain requests, signatures and key ids.
 */
export function storageError(error: unknown): StorageUnavailable {
  if (error instanceof StorageUnavailable) return error
  const { message, $metadata } = details(error)
  const code = codeOf(error)
  const status = $metadata?.httpStatusCode
  const text = typeof message === 'string' ? [message.slice(0, 300)] : []
  const words = [code, ...(status === undefined ? [] : [`status ${status}`]), ...text]
  const cause = Object.assign(new Error(words.join(', ')), { name: 'S3Error', code })
  if (fullCodes.has(code) || status === 507) return new DiskFull({ cause })
  return new StorageUnavailable(`S3 is unavailable: ${code}`, { cause })
}

/** What an operator can do about an error at the start. */
export function remedyOf(error: unknown): string {
  const code = codeOf(error)
  const status = statusOf(error)
  if (code === 'NoSuchBucket' || status === 404) return 'create the bucket, or name another one in FILES_URL'
  if (/credential|token|InvalidAccessKeyId|SignatureDoesNotMatch/i.test(code)) {
    return 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role for this machine'
  }
  if (status === 403) return 'grant the credentials the permissions that docs/files.md lists'
  if (/redirect|AuthorizationHeaderMalformed|IllegalLocationConstraint/i.test(code) || status === 301) {
    return 'set the region of the bucket in FILES_URL (?region=)'
  }
  return 'check the bucket, the region and the endpoint in FILES_URL, and that this machine reaches them'
}

function details(error: unknown): Details {
  return typeof error === 'object' && error !== null ? error : {}
}
