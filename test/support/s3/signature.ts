import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** A request as a server received it. `url`: path and query; `headers`: by lower-case name. */
export type SignedRequest = {
  method: string
  url: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: Uint8Array
}

export type AccessKey = { id: string; secret: string }

const algorithm = 'AWS4-HMAC-SHA256'
/** How far the clock of a client may differ (Amazon S3). */
const skewMs = 900_000

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest()

/**
 * Verifies the AWS Signature Version 4 of a request, in its header or its query, as Amazon S3 does. Written from the specification, without code
 * of the SDK. Returns the S3 error code, or undefined if the signature is right.
 */
export function signatureError(request: SignedRequest, key: AccessKey, now = Date.now()): string | undefined {
  const [path = '', search = ''] = request.url.split('?')
  const query = search === '' ? [] : search.split('&').map(split)
  const parameter = (name: string) => decodeURIComponent(query.find(([one]) => one === name)?.[1] ?? '')
  const isPresigned = query.some(([name]) => name === 'X-Amz-Signature')
  const given = isPresigned
    ? {
        credential: parameter('X-Amz-Credential'),
        signedHeaders: parameter('X-Amz-SignedHeaders'),
        signature: parameter('X-Amz-Signature'),
        date: parameter('X-Amz-Date'),
        payload: 'UNSIGNED-PAYLOAD',
      }
    : {
        ...authorization(request),
        date: header(request, 'x-amz-date'),
        payload: header(request, 'x-amz-content-sha256'),
      }
  if (isPresigned && header(request, 'authorization') !== '') return 'InvalidArgument'
  const [id, day = '', region = '', service = '', terminator] = given.credential.split('/')
  if (id !== key.id) return 'InvalidAccessKeyId'
  if (service !== 's3' || terminator !== 'aws4_request' || !given.date.startsWith(day))
    return 'AuthorizationHeaderMalformed'

  const signedAt = Date.parse(given.date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (isPresigned) {
    const seconds = Number(parameter('X-Amz-Expires'))
    if (!(seconds > 0 && seconds <= 604_800)) return 'AuthorizationQueryParametersError'
    if (now > signedAt + seconds * 1000) return 'AccessDenied'
  } else if (!(Math.abs(now - signedAt) <= skewMs)) return 'RequestTimeTooSkewed'
  const names = given.signedHeaders.split(';')
  if (!names.includes('host')) return 'SignatureDoesNotMatch'
  const isUnsigned = (name: string) => name.startsWith('x-amz-') && !names.includes(name)
  if (Object.keys(request.headers).some(isUnsigned)) return 'AccessDenied'
  if (given.payload !== 'UNSIGNED-PAYLOAD' && given.payload !== sha256(request.body)) return 'XAmzContentSHA256Mismatch'

  const canonical = [
    request.method,
    path,
    query
      .filter(([name]) => name !== 'X-Amz-Signature')
      .map(([name, value]) => `${name}=${value}`)
      .toSorted((one, other) => (one < other ? -1 : 1))
      .join('&'),
    ...names.map((name) => `${name}:${header(request, name).trim().replaceAll(/ +/g, ' ')}`),
    '',
    given.signedHeaders,
    given.payload,
  ].join('\n')
  const scope = [day, region, service, terminator].join('/')
  const parts = [day, region, service, 'aws4_request']
  const signing = parts.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${key.secret}`)
  const expected = hmac(signing, [algorithm, given.date, scope, sha256(canonical)].join('\n'))
  const signature = Buffer.from(given.signature, 'hex')
  const isRight = signature.length === expected.length && timingSafeEqual(signature, expected)
  return isRight ? undefined : 'SignatureDoesNotMatch'
}

function split(pair: string): [string, string] {
  const at = pair.indexOf('=')
  return at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
}

function header({ headers }: SignedRequest, name: string): string {
  return [headers[name] ?? ''].flat().join(',')
}

function authorization(request: SignedRequest) {
  const text = header(request, 'authorization')
  const part = (name: string) => new RegExp(`${name}=([^,\\s]+)`).exec(text)?.[1] ?? ''
  if (!text.startsWith(`${algorithm} `)) return { credential: '', signedHeaders: '', signature: '' }
  return { credential: part('Credential'), signedHeaders: part('SignedHeaders'), signature: part('Signature') }
}
