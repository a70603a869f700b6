import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { S3Location } from './location.ts'
import { type MultipartTarget, type MultipartUpload, writeParts } from './multipart.ts'
import { codeOf, isUnsupported, statusOf, storageError } from './s3-errors.ts'
import { measure } from './source.ts'
import { FileMissing, type FileStore, requireKey, StorageUnavailable } from './store.ts'

export type S3Credentials = {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string | undefined
  expiration?: Date | undefined
}

export type S3Store = FileStore & {
  /** Writes and deletes a small object. Returns the location as found: with its region, and whether writes can be conditional. */
  probe(): Promise<S3Location>
  /** The current credentials of this store. */
  credentials(): Promise<S3Credentials>
}

export type S3Options = {
  /** Default: the standard chain of the AWS SDK (environment, profile, role). */
  credentials?: (() => Promise<S3Credentials>) | undefined
  /** For tests. */
  timeouts?: Partial<typeof defaultTimeouts>
}

/** `answerMs`: from sending a request, with a part as its body, to the head of the response. `idleMs`: without a byte in either direction. */
const defaultTimeouts = { connectMs: 5000, answerMs: 60_000, idleMs: 60_000, attempts: 3 }
/** Downloads keep a connection for as long as their client reads. */
const mostSockets = 1000

type Part = { PartNumber: number; ETag: string }

/** The only file that imports the AWS SDK; itself imported when FILES_URL names a bucket. */
export function s3Store(location: S3Location, { credentials, timeouts }: S3Options = {}): S3Store {
  const { bucket: Bucket, prefix } = location
  const times = { ...defaultTimeouts, ...timeouts }
  const client = clientOf(location.endpoint)
  // Presigned links may name another host, to which this process sends nothing.
  const presigner = location.publicEndpoint === undefined ? client : clientOf(location.publicEndpoint)
  const cleanings = new Map<string, Promise<void>>()
  let unconditional = location.unconditional ?? false

  function clientOf(endpoint: string | undefined) {
    return new S3Client({
      ...(location.region === undefined ? {} : { region: location.region }),
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
      forcePathStyle: location.pathStyle,
      maxAttempts: times.attempts,
      // S3-compatible servers refuse or ignore the checksums that newer SDKs add.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: times.connectMs,
        requestTimeout: times.answerMs,
        throwOnRequestTimeout: true,
        socketTimeout: times.idleMs,
        httpAgent: { keepAlive: true, maxSockets: mostSockets },
        httpsAgent: { keepAlive: true, maxSockets: mostSockets },
      },
    })
  }

  const at = (key: string) => {
    requireKey(key)
    return { Bucket, Key: prefix + key }
  }
  const onlyNew = () => (unconditional ? {} : { IfNoneMatch: '*' })

  function target(key: string): MultipartTarget<Part> {
    const object = at(key)
    // Identifies the object of this write, where a repeated request finds that its first one was executed.
    const Metadata = { writer: randomUUID() }

    async function unlessWritten(request: () => Promise<{ ETag?: string | undefined }>) {
      try {
        stored(await request())
      } catch (error) {
        const mayBeStored = statusOf(error) === 412 || codeOf(error) === 'NoSuchUpload'
        const found = mayBeStored ? await client.send(new HeadObjectCommand(object)).catch(() => undefined) : undefined
        if (found?.Metadata?.writer === Metadata.writer) return
        if (found) throw Object.assign(new Error(`there is a file under ${key} already`), { code: 'EEXIST' })
        throw storageError(error)
      }
    }

    return {
      put: (Body) =>
        unlessWritten(() => client.send(new PutObjectCommand({ ...object, Body, Metadata, ...onlyNew() }))),
      async begin(): Promise<MultipartUpload<Part>> {
        const { UploadId } = await attempted(client.send(new CreateMultipartUploadCommand({ ...object, Metadata })))
        if (!UploadId) throw new StorageUnavailable('S3 began an upload without an id')
        const upload = { ...object, UploadId }
        return {
          async part(PartNumber, Body, abortSignal) {
            const request = new UploadPartCommand({ ...upload, PartNumber, Body })
            return { PartNumber, ETag: stored(await attempted(client.send(request, { abortSignal }))) }
          },
          complete: (Parts) =>
            unlessWritten(() =>
              client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...onlyNew() })),
            ),
          abort: async () => void (await client.send(new AbortMultipartUploadCommand(upload))),
        }
      },
    }
  }

  /** A writer that died leaves its parts, which cost money and are in no list of objects. */
  async function abortUploads({ Bucket, Key }: ReturnType<typeof at>) {
    const { Uploads = [] } = await client
      .send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }))
      .catch((error: unknown) => {
        // Then only the lifecycle rule of the bucket removes them.
        if (isUnsupported(error)) return { Uploads: [] }
        throw error
      })
    for (const { Key: key, UploadId } of Uploads) {
      if (key !== Key) continue
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch((error: unknown) => {
        if (codeOf(error) !== 'NoSuchUpload') throw error
      })
    }
  }

  async function remove(object: ReturnType<typeof at>) {
    await abortUploads(object)
    await client.send(new DeleteObjectCommand(object))
  }

  const store: S3Store = {
    async write(key, source, options = {}) {
      const measured = measure(source, options)
      await writeParts(measured.bytes, target(key), {
        signal: options.signal,
        cleaning(done) {
          cleanings.set(key, done)
          void done.then(() => cleanings.delete(key))
        },
      })
      return measured.written()
    },

    async read(key, range) {
      const Range = range && `bytes=${range.start}-${range.end}`
      const { Body, ContentLength, ContentRange } = await client
        .send(new GetObjectCommand({ ...at(key), ...(Range ? { Range } : {}) }))
        .catch((error: unknown) => {
          if (codeOf(error) === 'NoSuchKey') throw new FileMissing(key, { cause: storageError(error) })
          throw storageError(error)
        })
      if (!(Body instanceof Readable)) throw new StorageUnavailable('S3 sent no body')
      const body: Readable = Body
      const expected = range ? range.end - range.start + 1 : ContentLength
      const isWrong = range && !ContentRange?.startsWith(`bytes ${range.start}-${range.end}/`)
      if (expected === undefined || expected !== ContentLength || isWrong) {
        body.destroy()
        throw new StorageUnavailable('S3 sent other bytes than those that were requested')
      }
      return wholeBody(body, expected)
    },

    async delete(key) {
      const object = at(key)
      // A write that was aborted a moment ago may still have a request in progress.
      await cleanings.get(key)
      await attempted(remove(object))
    },

    async probe() {
      const object = { Bucket, Key: `${prefix}.probe-${randomUUID()}` }
      const put = () => client.send(new PutObjectCommand({ ...object, Body: 'longrun', ...onlyNew() }))
      const region = await client.config.region()
      await put().catch((error: unknown) => {
        if (!isUnsupported(error)) throw error
        unconditional = true
        return put()
      })
      await remove(object)
      return { ...location, region, unconditional }
    },

    credentials: () => client.config.credentials(),
  }
  if (location.downloads === 'redirect') {
    store.presign = async (key, { method, validSeconds, contentDisposition, contentType }) => {
      const shown = {
        ResponseContentDisposition: contentDisposition,
        ResponseContentType: contentType,
        // A cache between the client and S3 must not keep what only the link permits to read.
        ResponseCacheControl: 'private',
      }
      const object = { ...at(key), ...shown }
      const command = method === 'HEAD' ? new HeadObjectCommand(object) : new GetObjectCommand(object)
      return attempted(getSignedUrl(presigner, command as GetObjectCommand, { expiresIn: validSeconds }))
    }
  }
  return store
}

async function attempted<T>(request: Promise<T>): Promise<T> {
  try {
    return await request
  } catch (error) {
    throw storageError(error)
  }
}

/** The entity tag of what the server has stored. A response without one is not from S3, for example from a proxy. */
function stored({ ETag }: { ETag?: string | undefined }): string {
  if (!ETag) throw new StorageUnavailable('S3 confirmed a write without an ETag')
  return ETag
}

/** `body`, which fails if it does not have `expected` bytes. */
function wholeBody(body: Readable, expected: number): Readable {
  async function* bytes() {
    let received = 0
    try {
      for await (const chunk of body) {
        received += chunk.byteLength
        yield chunk
      }
    } catch (error) {
      throw storageError(error)
    }
    if (received !== expected) throw new StorageUnavailable(`S3 sent ${received} of ${expected} bytes`)
  }
  const whole = Readable.from(bytes(), { objectMode: false })
  // Also when nobody began to read.
  whole.once('close', () => body.destroy())
  return whole
}
