import { fileURLToPath } from 'node:url'
import { OperatorError } from '../domain/operator-error.ts'

/** Where files are stored. Executors get it as JSON. It contains no credentials. */
export type FilesLocation = DiskLocation | S3Location

export type DiskLocation = {
  kind: 'disk'
  folder: string
  /** Free bytes that its disk must keep. */
  minFreeBytes: number
}

export type S3Location = {
  kind: 's3'
  bucket: string
  /** Empty, or ends with `/`. */
  prefix: string
  /** Undefined: from the environment or the profile. */
  region?: string | undefined
  /** The address of another S3-compatible server. */
  endpoint?: string | undefined
  /** The address in presigned links, if it is not `endpoint`. */
  publicEndpoint?: string | undefined
  /** The bucket is in the path of requests, not in their host. */
  pathStyle: boolean
  /** Who sends a download: S3 after a redirect, or the API. */
  downloads: 'redirect' | 'stream'
  /** The server ignores or refuses conditional writes, as found at the start. */
  unconditional?: boolean
}

const bucketPattern = /^[a-z0-9](?:[a-z0-9-]|\.(?=[a-z0-9])){1,61}[a-z0-9]$/
const addressPattern = /^\d+\.\d+\.\d+\.\d+$/
const segmentPattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/

const parameters: Record<string, { isValid(value: string): boolean; words: string }> = {
  region: { isValid: (value) => /^[a-z0-9-]{1,63}$/.test(value), words: 'a region, such as eu-west-1' },
  endpoint: { isValid: isEndpoint, words: 'an address such as https://s3.example.com, without a path' },
  publicEndpoint: { isValid: isEndpoint, words: 'an address such as https://files.example.com, without a path' },
  pathStyle: { isValid: (value) => value === 'true' || value === 'false', words: 'true or false' },
  downloads: { isValid: (value) => value === 'redirect' || value === 'stream', words: 'redirect or stream' },
}

/** Parses FILES_URL. Throws an `OperatorError`, whose message never contains parts of the address, because they may be secrets. */
export function parseFilesUrl(address: string): { folder: string } | S3Location {
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(address)?.[0].toLowerCase()
  if (scheme === 's3') return parseS3(address)
  if (scheme === 'file' && URL.canParse(address)) return { folder: folderOf(address) }
  throw invalid('must be an address like file:///var/lib/longrun or s3://bucket/prefix?region=eu-west-1.')
}

function folderOf(address: string): string {
  try {
    return fileURLToPath(address)
  } catch {
    throw invalid('must name a folder of this machine, like file:///var/lib/longrun.')
  }
}

// Not by `URL`, which resolves `..` silently.
function parseS3(address: string): S3Location {
  const [, authority = '', path = '', query = '', fragment] =
    /^s3:(?:\/\/)?([^/?#]*)([^?#]*)(?:\?([^#]*))?(#.*)?$/is.exec(address) ?? []
  if (fragment !== undefined) throw invalid('must not contain #.')
  if (authority.includes('@')) {
    const remedy = 'Use AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or the role of the machine'
    throw invalid(`must not contain a user or a password. ${remedy}.`)
  }
  if (authority === '') throw invalid('names no bucket. Write it as s3://bucket/prefix.')
  if (!bucketPattern.test(authority) || addressPattern.test(authority)) {
    const rule = 'A bucket has 3 to 63 lower-case letters, digits, hyphens and single dots'
    throw invalid(`does not have the name of a bucket after s3://. ${rule}.`)
  }
  return { kind: 's3', bucket: authority, prefix: prefixOf(path), ...optionsOf(query) }
}

function prefixOf(path: string): string {
  const trimmed = path.replace(/^\//, '').replace(/\/$/, '')
  if (trimmed === '') return ''
  const segments = trimmed.split('/')
  if (segments.includes('..') || segments.includes('.')) throw invalid('must not contain . or .. in the prefix.')
  if (trimmed.length > 500 || !segments.every((segment) => segmentPattern.test(segment))) {
    const rule = 'names of letters, digits, hyphens, dots and _, joined by /, of at most 500 characters'
    throw invalid(`does not have a valid prefix after the bucket: ${rule}.`)
  }
  return `${trimmed}/`
}

function optionsOf(query: string): Omit<S3Location, 'kind' | 'bucket' | 'prefix'> {
  const given = new URLSearchParams(query)
  const names = [...given.keys()]
  if (!names.every((name) => Object.hasOwn(parameters, name))) {
    throw invalid(`has an unknown parameter after ?. It may have ${Object.keys(parameters).join(', ')}.`)
  }
  for (const [name, { isValid, words }] of Object.entries(parameters)) {
    const [value, second] = given.getAll(name)
    if (second !== undefined) throw invalid(`has the parameter ${name} twice.`)
    if (value !== undefined && !isValid(value)) throw invalid(`has a parameter ${name} that is not ${words}.`)
  }
  const text = (name: string) => given.get(name) ?? undefined
  const endpoint = text('endpoint')
  return {
    // Other servers do not care, but a request cannot be signed without a region.
    region: text('region') ?? (endpoint === undefined ? undefined : 'us-east-1'),
    endpoint,
    publicEndpoint: text('publicEndpoint'),
    pathStyle: text('pathStyle') === 'true',
    downloads: text('downloads') === 'stream' ? 'stream' : 'redirect',
  }
}

function isEndpoint(value: string): boolean {
  if (!/^https?:\/\/[^/?#@\\]+\/?$/i.test(value) || !URL.canParse(value)) return false
  const { username, password, pathname } = new URL(value)
  return username === '' && password === '' && pathname === '/'
}

function invalid(words: string): OperatorError {
  return new OperatorError(`FILES_URL ${words}`)
}
