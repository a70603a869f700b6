import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import gax from 'google-gax'
import type { TestService } from '../support/service.ts'

type Definitions = { nested?: Record<string, Definitions> }

const folder = join(dirname(createRequire(import.meta.url).resolve('google-gax')), '../protos')
const read = (name: string): Definitions => JSON.parse(readFileSync(join(folder, name), 'utf8'))

/** The definitions that a client generated for this dialect would have: of the operations, of their values and of the details of errors. */
const definitions = [
  read('operations.json'),
  read('status.json'),
  gax.protobuf.common.get('google/protobuf/struct.proto') as Definitions,
].reduce(merged)

function merged(a: Definitions, b: Definitions): Definitions {
  const nested = { ...a.nested }
  for (const [name, inner] of Object.entries(b.nested ?? {}))
    nested[name] = nested[name] ? merged(nested[name], inner) : inner
  return Object.keys(nested).length > 0 ? { ...b, ...a, nested } : { ...b, ...a }
}

const base = '/compat/google/v1'
const selector = (method: string) => `google.longrunning.Operations.${method}`
/** As in the service configuration of an API whose path is not `/v1`. */
const httpRules = [
  { selector: selector('ListOperations'), get: `${base}/{name=operations}` },
  { selector: selector('GetOperation'), get: `${base}/{name=operations/*}` },
  { selector: selector('DeleteOperation'), delete: `${base}/{name=operations/*}` },
  { selector: selector('CancelOperation'), post: `${base}/{name=operations/*}:cancel`, body: '*' },
]

type Named = { name: string }
type Operation = Named & { done: boolean; error?: { code: number; message: string; details: { type_url: string }[] } }
type Listing = Named & { filter?: string; pageSize?: number; pageToken?: string }

/** The methods that are used. Their types in the package are those of gRPC, without the promises of arrays. */
type Operations = {
  getOperation(request: Named): Promise<[Operation]>
  listOperations(request: Listing, options?: { autoPaginate: boolean }): Promise<[Operation[], Listing | null]>
  cancelOperation(request: Named): Promise<unknown>
  deleteOperation(request: Named): Promise<unknown>
}
type Polled = { promise(): Promise<[result: unknown, metadata: unknown]>; cancel(): Promise<unknown> }

/** The client of google-gax for operations, over HTTP and JSON. */
export function clientOf({ url, apiKey }: Pick<TestService, 'url' | 'apiKey'>) {
  const authClient = new gax.googleAuthLibrary.OAuth2Client()
  authClient.setCredentials({ access_token: apiKey, expiry_date: Date.now() + 3_600_000 })
  const root = gax.protobuf.Root.fromJSON(definitions as Parameters<typeof gax.protobuf.Root.fromJSON>[0])
  const { hostname, port } = new URL(url)
  const { operationsClient } = gax.fallback.lro({
    authClient,
    protoJson: root,
    httpRules,
    numericEnums: true,
    minifyJson: true,
  } as never)
  const client = operationsClient({ servicePath: hostname, port: Number(port), protocol: 'http' } as never)
  const struct = root.lookupType('google.protobuf.Struct')
  const decode = struct.decode.bind(struct)
  const backoff = { ...gax.createDefaultBackoffSettings(), initialRetryDelayMillis: 50, maxRetryDelayMillis: 200 }
  return {
    operations: client as unknown as Operations,
    /** What a generated method returns for its operation. */
    operation(name: string): Polled {
      const descriptor = new gax.LongrunningDescriptor(client, decode, decode)
      return gax.operation({ name, done: false } as never, descriptor, backoff) as unknown as Polled
    },
    plain: (message: unknown) => gax.serializer.toProto3JSON(message as never) as Record<string, unknown>,
  }
}
