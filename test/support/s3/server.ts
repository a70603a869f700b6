import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Gateway, startGateway } from './gateway.ts'

/** The S3-compatible servers from npm. Neither verifies signatures. */
export const s3Servers = ['fauxqs', 's3rver'] as const

export type S3Server = Gateway & {
  bucket: string
  /** FILES_URL, with more parameters. */
  filesUrl(parameters?: string): string
  /** The keys of all objects below the prefix of `filesUrl`. */
  objects(): Promise<string[]>
  /** The unfinished multipart uploads below it. */
  unfinished(): string[]
}

// The only key that s3rver accepts.
export const accessKey = { id: 'S3RVER', secret: 'S3RVER' }
/** The environment from which the SDK takes the key. */
export const accessEnvironment = { AWS_ACCESS_KEY_ID: accessKey.id, AWS_SECRET_ACCESS_KEY: accessKey.secret }

const bucket = 'files'
const prefix = 'some/prefix'

/** Starts a server behind a gateway. Also sets the key in the environment of this process. */
export async function startS3(name: (typeof s3Servers)[number] = 'fauxqs'): Promise<S3Server> {
  Object.assign(process.env, accessEnvironment)
  const backend = await (name === 'fauxqs' ? startFauxqs() : startS3rver())
  const gateway = await startGateway(backend.url, bucket, accessKey)
  return Object.assign(gateway, {
    bucket,
    filesUrl: (parameters = '') =>
      `s3://${bucket}/${prefix}?endpoint=${encodeURIComponent(gateway.url)}&pathStyle=true${parameters}`,
    async objects() {
      const text = await (await fetch(`${backend.url}/${bucket}?list-type=2&max-keys=1000`)).text()
      return [...text.matchAll(/<Key>([^<]+)/g)].map(([, key = '']) => key.slice(prefix.length + 1))
    },
    unfinished: (
      (unfinished) => () =>
        unfinished().map((key) => key.slice(prefix.length + 1))
    )(gateway.unfinished),
    close: ((close) => async () => {
      await close()
      await backend.close()
    })(gateway.close),
  })
}

async function startFauxqs() {
  const { startFauxqs } = await import('fauxqs')
  const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1', init: { buckets: [bucket] } })
  return { url: `http://127.0.0.1:${server.port}`, close: () => server.stop() }
}

type S3rverClass = new (
  options: object,
) => {
  run(): Promise<{ address: string; port: number }>
  close(): Promise<void>
}

async function startS3rver() {
  // @ts-expect-error The package has no types.
  const { default: S3rver } = (await import('s3rver')) as { default: S3rverClass }
  const directory = await mkdtemp(join(tmpdir(), 'longrun-s3rver-'))
  const options = { port: 0, address: '127.0.0.1', silent: true, directory, configureBuckets: [{ name: bucket }] }
  const server = new S3rver(options)
  const { port } = await server.run()
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      await server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
