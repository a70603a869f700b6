import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** Names of fields that contain a credential. Their values are redacted at the top of an entry and one level down. */
const credentials = new Set([
  'authorization',
  'apiKey',
  'cookie',
  'databaseUrl',
  'password',
  'secret',
  'signature',
  'token',
  'x-api-key',
  'sec-websocket-protocol',
  'set-cookie',
])

/** Writes JSON lines with ISO time, `level` as a word and redacted credentials, to standard output by default. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: { service: 'longrun' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }), log: (entry: Entry) => redacted(entry) },
    serializers: { err: describe },
  }
  return destination ? pino(options, destination) : pino(options)
}

type Entry = Record<string, unknown>

/** Returns the same object when nothing is redacted, the usual case. pino's own redaction always copies and takes 5 × as long. */
function redacted(entry: Entry, depth = 0): Entry {
  let copy: Entry | undefined
  for (const [name, value] of Object.entries(entry)) {
    const inner = isPlain(value) && depth === 0 ? redacted(value, 1) : value
    const shown = credentials.has(name) ? '[redacted]' : inner
    if (shown === value) continue
    copy ??= { ...entry }
    copy[name] = shown
  }
  return copy ?? entry
}

function isPlain(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !(value instanceof Error)
}

/** An error for the log. For a failed query the text without its parameters, which contain secrets and data of callers. */
function describe(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: String(error) }
  const code = 'code' in error ? error.code : undefined
  const cause = error.cause === undefined || depth > 3 ? undefined : describe(error.cause, depth + 1)
  if ('query' in error && 'params' in error) return { type: error.name, query: error.query, cause }
  return { type: error.name, message: error.message, code, stack: error.stack, cause }
}
