import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** Names of fields that hold a credential; their values never reach a log, at the top of an entry or one level down. */
const credentials = [
  'authorization',
  'apiKey',
  'cookie',
  'databaseUrl',
  'password',
  'secret',
  'signature',
  'token',
  '["x-api-key"]',
  '["set-cookie"]',
]

/** Structured JSON lines: ISO time, `level` as a word, credentials left out. Written to standard output by default. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const paths = credentials.flatMap((name) => [name, name.startsWith('[') ? `*${name}` : `*.${name}`])
  const options = {
    level,
    base: { service: 'longrun' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths, censor: '[redacted]' },
    serializers: { err: describe },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** An error for the log. Of a failed query the text, never the parameters: they hold what callers sent, and secrets. */
function describe(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: String(error) }
  const code = 'code' in error ? error.code : undefined
  const cause = error.cause === undefined || depth > 3 ? undefined : describe(error.cause, depth + 1)
  if ('query' in error && 'params' in error) return { type: error.name, query: error.query, cause }
  return { type: error.name, message: error.message, code, stack: error.stack, cause }
}
