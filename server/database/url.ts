import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import type { ConnectionOptions as TlsSettings } from 'node:tls'
import { OperatorError } from '../domain/operator-error.ts'

/** Where and how to connect. Contains the password: never log it. */
export type ConnectionOptions = {
  /** A name, an address, or the folder of a Unix socket, which begins with `/`. */
  host: string
  port: number
  database: string
  user: string
  password: string
  tls: Tls | undefined
  /** The schema of the tables, the only one in the search path. */
  schema: string
  /** `byStatements`: settings are set by statements, because a connection pooler does not pass them on. */
  session: { applicationName: string | undefined; settings: Record<string, string>; byStatements: boolean }
}

export type Tls = {
  settings: TlsSettings
  /** Whether TLS starts without a request (`sslnegotiation=direct`). */
  direct: boolean
  /** Whether plain text is used if the server has no TLS. `resolveTls` replaces this mode at the start. */
  isOptional: boolean
}

/** The variables of libpq that complete `DATABASE_URL`, and the parameters that they are. Other `PG…` variables are ignored. */
const parameterOf = {
  PGHOST: 'host',
  PGPORT: 'port',
  PGUSER: 'user',
  PGPASSWORD: 'password',
  PGDATABASE: 'dbname',
  PGSSLMODE: 'sslmode',
  PGSSLROOTCERT: 'sslrootcert',
  PGSSLCERT: 'sslcert',
  PGSSLKEY: 'sslkey',
  PGCHANNELBINDING: 'channel_binding',
  PGAPPNAME: 'application_name',
  PGOPTIONS: 'options',
}

const settingsParameter = 'session_settings'

/** Each parameter with its values; true for any value. Every other word is refused: ignored, it would promise what is not done. */
const known: Record<string, true | readonly string[]> = {
  host: true,
  port: true,
  user: true,
  password: true,
  dbname: true,
  sslmode: ['disable', 'allow', 'prefer', 'require', 'no-verify', 'verify-ca', 'verify-full'],
  sslrootcert: true,
  sslcert: true,
  sslkey: true,
  sslnegotiation: ['postgres', 'direct'],
  // SCRAM without channel binding: verify-full protects against the same attacks.
  channel_binding: ['disable', 'prefer'],
  gssencmode: ['disable', 'prefer'],
  target_session_attrs: ['any', 'read-write', 'primary'],
  client_encoding: ['utf8', 'utf-8', 'auto'],
  application_name: true,
  options: true,
  // As `inSchema` and `resolvePooler` add them.
  search_path: true,
  [settingsParameter]: ['statements'],
}

/**
 * Parses the URL of a database, for both drivers. Reads the certificate files that the URL names. Throws an `OperatorError` that names the
 * wrong part and never quotes the URL.
 * Source: PostgreSQL manual, "Connection URIs" and "Parameter Key Words".
 */
export function parseUrl(url: string): ConnectionOptions {
  const parameters = parametersOf(url)
  for (const [name, value] of Object.entries(parameters)) check(name, value)
  const { host = 'localhost', user = userInfo().username, dbname, sslmode = 'disable' } = parameters
  if (host.includes(',')) throw refused('names several hosts, which is not supported: name one')
  const { port = '5432', password = '', application_name, options, search_path: schema = defaultSchema } = parameters
  if (!isSchema(schema)) throw refused('must have one schema as search_path, and better DATABASE_SCHEMA names it')
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw refused('must have a port from 0 to 65535')
  return {
    host,
    port: Number(port),
    database: dbname ?? user,
    user,
    password,
    tls: host.startsWith('/') || sslmode === 'disable' ? undefined : tlsOf(host, parameters),
    schema,
    session: {
      applicationName: application_name,
      settings: settingsOf(options),
      byStatements: parameters[settingsParameter] !== undefined,
    },
  }
}

/** The URL with what `environment` adds: executors and the lease thread get the URL, and not the environment. */
export function completeUrl(url: string, environment: Record<string, string | undefined>): string {
  const parameters = parametersOf(url)
  for (const [variable, name] of Object.entries(parameterOf)) {
    const value = environment[variable]
    if (value) parameters[name] ??= value
  }
  const completed = withParameters(parameters)
  parseUrl(completed)
  return completed
}

export const defaultSchema = 'public'

/** Whether the name needs no quotes and is not one of PostgreSQL's own schemas. */
export function isSchema(name: string): boolean {
  return /^[a-z_][a-z0-9_]{0,62}$/.test(name) && !/^(pg_.*|information_schema)$/.test(name)
}

/** The URL with the schema of the tables. A search path in the URL is replaced. */
export function inSchema(url: string, schema: string): string {
  return withParameters({ ...parametersOf(url), search_path: schema })
}

/** The URL of a connection pooler, which does not pass settings on. */
export function withSettingsByStatements(url: string): string {
  return withParameters({ ...parametersOf(url), [settingsParameter]: 'statements' })
}

/** The URL in its usual form. */
export function withParameters({ host = 'localhost', port, user, password, dbname, ...others }: Parameters): string {
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`
  const account = user === undefined ? '' : `${encodeURIComponent(user)}${secret}@`
  const address = host.includes(':') ? `[${host}]` : encodeURIComponent(host)
  const search = new URLSearchParams(others as Record<string, string>).toString()
  const path = dbname === undefined ? '' : encodeURIComponent(dbname)
  return `postgres://${account}${address}${port ? `:${port}` : ''}/${path}${search && `?${search}`}`
}

type Parameters = Record<string, string | undefined>

/** The parts of the URL as parameters of libpq. Parts that are absent or empty are left out. */
export function parametersOf(url: string): Parameters {
  const [, authority = '', path = '', search = ''] =
    /^postgres(?:ql)?:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/i.exec(url) ?? []
  if (!/^postgres(ql)?:\/\//i.test(url))
    throw refused('must be an address like postgres://user:password@host:5432/database')
  const at = authority.lastIndexOf('@')
  const account = authority.slice(0, Math.max(0, at))
  const colon = account.indexOf(':')
  const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority.slice(at + 1)) ?? []
  const parts: Parameters = {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port,
    user: colon === -1 ? account : account.slice(0, colon),
    password: colon === -1 ? '' : account.slice(colon + 1),
    dbname: path,
  }
  const decoded = Object.entries(parts).map(([name, value]) => [name, decode(value ?? '')])
  const all = [...decoded, ...new URLSearchParams(search)].filter(([, value]) => value !== '')
  return Object.fromEntries(all)
}

/**
 * The settings in `options`, which are words of the server's command line: `-c name=value` or `--name=value`, in which a backslash escapes a
 * space. Later ones win. PostgreSQL manual, "postgres", and `pg_split_opts`.
 */
function settingsOf(options = ''): Record<string, string> {
  const words = options.replaceAll(/(^|\s)-c\s+/g, '$1-c').match(/(?:\\.|[^\\\s])+/gs) ?? []
  const settings: Record<string, string> = {}
  for (const word of words) {
    const plain = word.replaceAll(/\\(.)/gs, '$1')
    const [, name, value] = /^(?:-c|--)([a-z_][\w-]*(?:\.[a-z_][\w-]*)?)=(.*)$/is.exec(plain) ?? []
    if (name === undefined || value === undefined) {
      throw refused('must have options like -c name=value, with a backslash before each space in the value')
    }
    settings[name.replaceAll('-', '_').toLowerCase()] = value
  }
  return settings
}

function check(name: string, value: string | undefined) {
  const values = Object.hasOwn(known, name) ? known[name] : undefined
  if (values === undefined) {
    throw refused(`has the parameter ${name}, which is not supported: remove it (supported: ${supported()})`)
  }
  if (values === true || value === undefined || values.includes(value.toLowerCase())) return
  const more = name === 'channel_binding' ? '; sslmode=verify-full protects against the same attacks' : ''
  throw refused(`must have one of these values for ${name}: ${values.join(', ')}${more}`)
}

const supported = () =>
  Object.keys(known)
    .filter((name) => name !== settingsParameter)
    .join(', ')

/** `require` verifies the certificate's chain if there is a root certificate, as libpq does. Names are verified by `verify-full` alone. */
function tlsOf(host: string, { sslmode, sslrootcert, sslcert, sslkey, sslnegotiation }: Parameters): Tls {
  const root = sslrootcert === undefined || sslrootcert === 'system' ? undefined : readFile('sslrootcert', sslrootcert)
  const isVerified = sslmode?.startsWith('verify-') || (sslmode === 'require' && root !== undefined)
  return {
    direct: sslnegotiation === 'direct',
    isOptional: sslmode === 'prefer' || sslmode === 'allow',
    settings: {
      // For the certificate of an address, which is no server name; without it, `tls` would expect one for localhost.
      host,
      rejectUnauthorized: isVerified,
      ...(sslmode !== 'verify-full' && sslrootcert !== 'system' && { checkServerIdentity: () => undefined }),
      ...(root && { ca: root }),
      ...(sslcert && { cert: readFile('sslcert', sslcert) }),
      ...(sslkey && { key: readFile('sslkey', sslkey) }),
    },
  }
}

function readFile(parameter: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw refused(`names a file in ${parameter} that cannot be read (${code}): correct the path or its permissions`)
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw refused('has a % that is not followed by two hexadecimal digits: write %25 for a percent sign')
  }
}

function refused(reason: string): OperatorError {
  return new OperatorError(`DATABASE_URL ${reason}.`)
}
