import { z } from 'zod'
import { scopes } from '../auth/api-key.ts'
import type { Key } from '../auth/credential.ts'
import { algorithms, isTrustworthy, type TokenRules } from '../auth/token-rules.ts'
import { defaultConnections, leastConnections, metricsConnections } from '../database/pool-sizes.ts'
import { completeUrl, defaultSchema, isSchema } from '../database/url.ts'
import { OperatorError } from '../domain/operator-error.ts'
import { parseFilesUrl } from '../files/location.ts'
import { type VendorName, type Vendors, vendorNames, vendorsOfType } from '../handlers/define.ts'
import { trusting } from '../http/request/client-address.ts'
import { decodeBase64 } from '../lib/base64.ts'
import { parseNatsUrl } from '../notifications/nats-url.ts'
import { logLevels } from '../telemetry/log.ts'
import type { TracingConfig } from '../telemetry/tracing-config.ts'
import { readTracing, tracingCredentials } from './tracing-config.ts'

const roles = ['api', 'worker'] as const

type Read = z.infer<typeof schema>

export type Config = Omit<Read, OwnerLimit> & Record<OwnerLimit, number> & { tracing?: TracingConfig }

type OwnerLimit = `LIMIT_OWNER_${(typeof rateClasses)[number]}`
const rateClasses = ['SUBMITS', 'READS', 'UPLOADS', 'STREAMS'] as const
/** The default limit of an owner, as a multiple of the credential's limit. */
const credentialsPerOwner = 5

const anyWhole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most)

const wholeWords = (least: number, most: number) => `a whole number from ${least} to ${most}`

const whole = (least: number, most: number, preset: number) =>
  anyWhole(least, most).default(preset).describe(wholeWords(least, most))

const daySeconds = 86_400
/** The database counts in 32 bits, and slightly beyond the limit. */
const mostRequests = 1_000_000_000

/** Rows that a quota may allow: `integer` in the database. */
const mostRows = 2_000_000_000

/** The default is computed by `ownerLimits`. */
const ownerLimit = () => anyWhole(1, mostRequests).optional().describe(wholeWords(1, mostRequests))

const longestSeconds = 3650 * daySeconds

/** A period in seconds, up to ten years. */
const period = (preset: number, least = 1) => whole(least, longestSeconds, preset)

/** A period that replaces the contract's period of each operation type. */
const replacingPeriod = () => anyWhole(1, longestSeconds).optional().describe(wholeWords(1, longestSeconds))

/** Splits a comma-separated list. */
const listed = (text: string) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')

/** Handlers must not get these variables. */
const credentials = [
  'API_KEYS',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'DATABASE_URL',
  'METRICS_KEY',
  'NATS_URL',
  ...tracingCredentials,
  'PGPASSWORD',
  'SECRETS_KEY',
]

/** Variables that executors get as well. */
const variableList = z
  .string()
  .default('')
  .transform(listed)
  .refine((names) => names.every((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !credentials.includes(name)))
  .describe(`names of environment variables, joined by commas, and none of ${credentials.join(', ')}`)

const address = (protocols: RegExp, words: string) =>
  z
    .string()
    .refine((text) => URL.canParse(text) && protocols.test(new URL(text).protocol))
    .optional()
    .describe(words)

/** Values that browsers send as `Origin`: scheme, host, and the port unless it is the default. */
const originList = z
  .string()
  .default('')
  .transform(listed)
  .refine((origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin))
  .describe('origins like https://app.example.com, joined by commas')

/** The proxies whose `X-Forwarded-` headers are trusted. */
const proxyList = z
  .string()
  .default('')
  .transform(listed)
  .refine((proxies) => canTrust(proxies))
  .describe('addresses, ranges like 10.0.0.0/8, or loopback, linklocal and uniquelocal, joined by commas')

/** A vendor's base URL: paths are appended to it, and `fetch` refuses a URL with a password. */
const vendor = z
  .string()
  .refine((text) => /^https?:\/\/[^/?#@]+(\/[^?#]*)?$/i.test(text) && URL.canParse(text))
  .transform((text) => text.replace(/\/+$/, ''))
  .optional()
  .describe('an address like https://vendor.example.com/v1, without a user, a password or a query')

const schema = z.object({
  PORT: whole(0, 65_535, 8080),
  HOST: z.string().min(1).default('127.0.0.1').describe('an address or a host name'),
  DATABASE_URL: z.string().optional(),
  DATABASE_SCHEMA: z
    .string()
    .refine(isSchema)
    .default(defaultSchema)
    .describe('a name of lower-case letters, digits and _, which does not begin with pg_'),
  DATA_DIR: z.string().min(1).default('.data').describe('the path of a folder'),
  ROLES: z
    .string()
    .default(roles.join(','))
    .transform((text) => text.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(roles)))
    .describe('api, worker, or api,worker'),
  WORKER_CONCURRENCY: whole(1, 1000, 10),
  OWNER_CONCURRENCY: whole(1, 100_000, 100),
  OWNER_OPERATIONS: whole(1, 1_000_000_000, 100_000),
  OWNER_STORED_BYTES: whole(1, Number.MAX_SAFE_INTEGER, 107_374_182_400),
  OWNER_WEBHOOK_TARGETS: whole(1, 100_000, 1000),
  OWNER_WEBHOOK_SENDS: whole(1, 1000, 50),
  OWNER_STORED_FILES: whole(1, mostRows, 1_000_000),
  OWNER_UPLOADS: whole(1, 100_000, 20),
  OWNER_SCHEDULES: whole(1, 1_000_000, 1000),
  OWNER_BATCHES: whole(1, 1_000_000, 1000),
  SCHEDULE_MIN_SECONDS: whole(1, daySeconds, 10),
  OWNER_ORDER_LINES: whole(1, mostRows, 10_000_000),
  EXECUTOR_RSS_MB: whole(64, 1_048_576, 1024),
  EXECUTOR_ENV: variableList,
  API_KEYS: z
    .string()
    .default('')
    .transform((text, context) => parseKeys(text) ?? context.addIssue('keys') ?? z.NEVER)
    .describe(
      `entries like owner:key or owner:key:scope+scope, joined by commas; keys of 16 characters or more, without : or comma; scopes ${scopes.join(', ')}`,
    ),
  JWT_ISSUER: z
    .string()
    .regex(/^\S{1,1000}$/)
    .optional()
    .describe('the `iss` of its tokens, as https://login.example.com'),
  JWT_AUDIENCE: z
    .string()
    .regex(/^\S{1,1000}$/)
    .optional()
    .describe('the `aud` of tokens that are meant for this service'),
  JWT_ALGORITHMS: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(algorithms)))
    .optional()
    .describe(`of ${algorithms.join(', ')}, joined by commas`),
  JWT_JWKS_URL: z
    .string()
    .refine(isTrustworthy)
    .optional()
    .describe('an address that begins with https:// (http:// on this machine alone), without a user or a password'),
  JWT_OWNER_CLAIM: z
    .string()
    .regex(/^\S{1,200}$/)
    .optional()
    .describe('the name of a claim'),
  FILES_URL: z.string().optional(),
  PUBLIC_URL: address(/^https?:$/, 'an address like https://longrun.example.com'),
  CORS_ORIGINS: originList,
  TRUSTED_PROXIES: proxyList,
  METRICS_PORT: anyWhole(0, 65_535).optional().describe(wholeWords(0, 65_535)),
  METRICS_HOST: z.string().min(1).optional().describe('an address or a host name'),
  METRICS_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{16,1000}$/)
    .optional()
    .describe('16 characters or more, printable ASCII without spaces'),
  LEASE_SECONDS: whole(3, 600, 15),
  LOG_LEVEL: z.enum(logLevels).default('info').describe(logLevels.join(', ')),
  DATABASE_POOL_SIZE: whole(leastConnections.api, 10_000, defaultConnections),
  LIMIT_SUBMITS: whole(1, mostRequests, 1000),
  LIMIT_READS: whole(1, mostRequests, 6000),
  LIMIT_UPLOADS: whole(1, mostRequests, 60),
  LIMIT_STREAMS: whole(1, mostRequests, 20),
  LIMIT_OWNER_SUBMITS: ownerLimit(),
  LIMIT_OWNER_READS: ownerLimit(),
  LIMIT_OWNER_UPLOADS: ownerLimit(),
  LIMIT_OWNER_STREAMS: ownerLimit(),
  FILES_MIN_FREE_BYTES: whole(0, Number.MAX_SAFE_INTEGER, 1_073_741_824),
  LIMIT_ANONYMOUS: whole(1, mostRequests, 1000),
  LIMIT_CONNECTIONS: whole(1, 1_000_000, 10_000),
  LIMIT_ADDRESS_CONNECTIONS: whole(1, 1_000_000, 1000),
  UPLOAD_MAX_BYTES: whole(1, Number.MAX_SAFE_INTEGER, 1_073_741_824),
  RETENTION_COMPLETED_SECONDS: replacingPeriod(),
  RETENTION_FAILED_SECONDS: replacingPeriod(),
  RETENTION_TOMBSTONE_SECONDS: period(30 * daySeconds),
  RETENTION_IDEMPOTENCY_SECONDS: period(daySeconds),
  RETENTION_UPLOAD_SECONDS: period(daySeconds),
  LINK_SECONDS: period(daySeconds, 2),
  SWEEP_SECONDS: whole(1, daySeconds, 60),
  VENDOR_STOCK_URL: vendor,
  VENDOR_PAYMENT_URL: vendor,
  VENDOR_CARRIER_URL: vendor,
  VENDOR_CONFIRMATION_URL: vendor,
  VENDOR_IDENTITY_URL: vendor,
  VENDOR_CRIMINAL_RECORDS_URL: vendor,
  VENDOR_EMPLOYMENT_URL: vendor,
  VENDOR_EDUCATION_URL: vendor,
  SECRETS_KEY: z
    .string()
    .transform((text) => decodeBase64(text, 'base64'))
    .pipe(z.instanceof(Buffer).refine(({ length }) => length === 32))
    .optional()
    .describe('32 bytes in base64; `openssl rand -base64 32` makes one'),
  WEBHOOK_ALLOW_INSECURE: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('true or false'),
  NATS_URL: z
    .string()
    .transform((text, context) => parseNatsUrl(text) ?? context.addIssue('address') ?? z.NEVER)
    .optional()
    .describe(
      'addresses like nats://user:password@nats.example.com:4222 or tls://nats.example.com, joined by commas, all with the same credentials',
    ),
})

/** An invalid environment variable. The message names the variable and its valid values. */
export class ConfigError extends OperatorError {}

/** Reads the environment. An empty variable counts as absent. Throws `ConfigError`, whose message never contains values. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const read = schema.safeParse(given)
  if (read.success) {
    needAllVendors(read.data)
    needWholeIssuer(read.data)
    needConnections(read.data)
    needMetricsPort(read.data)
    needFilesUrl(read.data)
    return {
      ...read.data,
      ...completed(read.data.DATABASE_URL, given),
      ...ownerLimits(read.data),
      ...tracingOf(given),
    }
  }
  const names = [...new Set(read.error.issues.map(({ path }) => String(path[0])))]
  throw new ConfigError(names.map((name) => `${name} must be ${wordsFor(name)}.`).join('\n'))
}

/** The variables of OpenTelemetry. */
function tracingOf(environment: Record<string, string | undefined>): Pick<Config, 'tracing'> {
  const complaints: string[] = []
  const tracing = readTracing(environment, (name, words) => complaints.push(`${name} must be ${words}.`))
  if (complaints.length > 0) throw new ConfigError(complaints.join('\n'))
  return tracing ? { tracing } : {}
}

function ownerLimits(config: Read) {
  const limits = rateClasses.map((name) => {
    const preset = Math.min(mostRequests, credentialsPerOwner * config[`LIMIT_${name}`])
    return [`LIMIT_OWNER_${name}`, config[`LIMIT_OWNER_${name}`] ?? preset]
  })
  return Object.fromEntries(limits) as Record<OwnerLimit, number>
}

/** Completed from the environment, which executors do not get. */
function completed(url: string | undefined, environment: Record<string, string | undefined>) {
  if (url === undefined) return {}
  try {
    return { DATABASE_URL: completeUrl(url, environment) }
  } catch (error) {
    throw error instanceof OperatorError ? new ConfigError(error.message) : error
  }
}

/** With some real and some sample vendors, a delivery would charge a customer and ship nothing. */
function needAllVendors(config: Read) {
  for (const [type, names] of Object.entries(vendorsOfType)) {
    const variables = names.map(vendorVariable)
    const missing = variables.filter((name) => config[name] === undefined)
    if (missing.length === 0 || missing.length === variables.length) continue
    throw new ConfigError(
      `${missing.join(' and ')} must be set, too: either all four vendors of ${type} are configured, or none.`,
    )
  }
}

type VendorVariable = Extract<keyof Read, `VENDOR_${string}_URL`>

function vendorVariable(name: VendorName): VendorVariable {
  return `VENDOR_${name.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}_URL` as VendorVariable
}

/** The addresses of the vendors that are configured. */
export function configuredVendors(config: Config): Partial<Vendors> {
  return Object.fromEntries(
    vendorNames.flatMap((name) => {
      const url = config[vendorVariable(name)]
      return url === undefined ? [] : [[name, url]]
    }),
  )
}

/** With fewer, an operation that needs two connections at the same time would wait for ever. */
function needConnections(config: Read) {
  const isWorker = config.ROLES.includes('worker')
  const measured = hasMetrics(config)
  const least = (isWorker ? leastConnections.worker : leastConnections.api) + (measured ? metricsConnections : 0)
  if (config.DATABASE_POOL_SIZE >= least) return
  const where = isWorker ? 'in a process with the role worker' : 'in a process without the role worker'
  throw new ConfigError(`DATABASE_POOL_SIZE must be at least ${least} ${where}${measured ? ', metrics included' : ''}.`)
}

function needMetricsPort({ PORT, METRICS_PORT, METRICS_HOST }: Read) {
  if (METRICS_HOST !== undefined && METRICS_PORT === undefined) {
    throw new ConfigError('METRICS_PORT must be set, too: METRICS_HOST is the address of that port.')
  }
  if (METRICS_PORT === PORT && PORT !== 0) {
    throw new ConfigError('METRICS_PORT must not be PORT. Leave it out to serve /metrics on PORT.')
  }
}

function needFilesUrl({ FILES_URL: address }: Read) {
  try {
    if (address !== undefined) parseFilesUrl(address)
  } catch (error) {
    throw error instanceof OperatorError ? new ConfigError(error.message) : error
  }
}

/** Whether the process serves `/metrics`: on a port of its own, or on the port of the API. */
export function hasMetrics({ ROLES, METRICS_PORT }: Pick<Read, 'ROLES' | 'METRICS_PORT'>) {
  return METRICS_PORT !== undefined || ROLES.includes('api')
}

const ofIssuer = ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_ALGORITHMS'] as const

/** Without one of these variables, tokens with any value of it would be accepted. */
function needWholeIssuer(config: Read) {
  const missing = ofIssuer.filter((name) => config[name] === undefined)
  const isConfigured = missing.length < ofIssuer.length || config.JWT_JWKS_URL || config.JWT_OWNER_CLAIM
  if (isConfigured && missing.length > 0) {
    throw new ConfigError(`${missing.join(' and ')} must be set, too: tokens need ${ofIssuer.join(', ')}.`)
  }
  if (config.JWT_ISSUER && !config.JWT_JWKS_URL && !isTrustworthy(config.JWT_ISSUER)) {
    throw new ConfigError(
      'JWT_ISSUER must begin with https:// (http:// on this machine alone), where its keys are found; or set JWT_JWKS_URL.',
    )
  }
}

/** The storage quota of an owner. */
export function storageQuota({ OWNER_STORED_BYTES: bytes, OWNER_STORED_FILES: files }: Config) {
  return { bytes, files }
}

/** The tokens that are accepted; undefined: none. */
export function tokenRules(config: Config): TokenRules | undefined {
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWT_ALGORITHMS: allowed } = config
  if (issuer === undefined || audience === undefined || allowed === undefined) return undefined
  const { JWT_JWKS_URL: jwksUrl, JWT_OWNER_CLAIM: ownerClaim = 'sub' } = config
  return { issuer, audience, algorithms: allowed, jwksUrl, ownerClaim }
}

function wordsFor(name: string): string {
  const shape: Record<string, { description?: string }> = schema.shape
  return shape[name]?.description ?? 'something else'
}

function canTrust(proxies: readonly string[]): boolean {
  try {
    trusting(proxies)
    return true
  } catch {
    return false
  }
}

/** Undefined if the text is malformed. A key without scopes has all of them. */
function parseKeys(text: string): Key[] | undefined {
  const keys: Key[] = []
  for (const entry of text.split(',').filter((entry) => entry.trim() !== '')) {
    const [, owner, key, listed] =
      /^([^:\s]{1,100}):([\x21-\x39\x3b-\x7e]{16,}?)(?::([a-z:+]+))?$/.exec(entry.trim()) ?? []
    const named: string[] = listed?.split('+') ?? [...scopes]
    if (!owner || !key || !named.every((scope) => (scopes as readonly string[]).includes(scope))) return undefined
    keys.push({ owner, key, scopes: named })
  }
  return new Set(keys.map(({ key }) => key)).size === keys.length ? keys : undefined
}
