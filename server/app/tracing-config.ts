import { accessSync, constants } from 'node:fs'
import type { SamplerName, TracingConfig } from '../telemetry/tracing-config.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** A malformed variable: its name, and what it must be. */
type Complain = (name: string, words: string) => void

const samplers: readonly SamplerName[] = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
]

/** Variables with credentials of the collector, which neither handlers nor logs get. */
export const tracingCredentials = ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS']

/**
 * The variables of OpenTelemetry that the service honours. Undefined: no traces. The SDK ignores malformed values; here `complain` is called
 * for each of them, unless traces are off: the variables may be meant for other programs then.
 */
export function readTracing(environment: Environment, complain: Complain): TracingConfig | undefined {
  const textOf = (name: string) => environment[name]?.trim() || undefined
  /** The variable for traces takes precedence over the one for all signals. */
  const ofTraces = (name: string) => {
    const own = `OTEL_EXPORTER_OTLP_TRACES_${name}`
    return textOf(own) === undefined ? `OTEL_EXPORTER_OTLP_${name}` : own
  }
  const endpoint = ofTraces('ENDPOINT')
  const exporter = textOf('OTEL_TRACES_EXPORTER')
  const disabled = textOf('OTEL_SDK_DISABLED')?.toLowerCase()
  if (textOf(endpoint) === undefined || disabled === 'true' || exporter === 'none') return undefined

  const check = (name: string, isValid: (text: string) => boolean, words: string) => {
    const text = textOf(name)
    if (text !== undefined && !isValid(text)) complain(name, words)
  }
  check('OTEL_SDK_DISABLED', (text) => /^(true|false)$/i.test(text), 'true or false')
  check('OTEL_TRACES_EXPORTER', (text) => text === 'otlp', 'otlp or none')
  check(endpoint, isEndpoint, 'an address like http://collector:4318, without a user or a password')
  check(ofTraces('PROTOCOL'), (text) => text === 'http/json', 'http/json, or left out: this version sends nothing else')
  check(ofTraces('COMPRESSION'), (text) => /^(gzip|none)$/.test(text), 'gzip or none')
  check(ofTraces('TIMEOUT'), isWholeUpTo(600_000), 'a whole number of milliseconds from 1 to 600000')
  for (const name of tracingCredentials) {
    check(name, (text) => pairsIn(text) !== undefined, 'pairs like name=value, joined by commas, percent-encoded')
  }
  for (const name of ['CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY'].map(ofTraces)) {
    check(name, isReadable, 'the path of a file that the service can read')
  }
  check('OTEL_RESOURCE_ATTRIBUTES', (text) => pairsIn(text) !== undefined, 'pairs like name=value, joined by commas')
  const isSampler = (text: string) => (samplers as readonly string[]).includes(text)
  check('OTEL_TRACES_SAMPLER', isSampler, samplers.join(', '))
  const sampler = (textOf('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on') as SamplerName
  const isRatio = (text: string) => /^\d*\.?\d+$/.test(text) && Number(text) <= 1
  if (sampler.endsWith('traceidratio')) check('OTEL_TRACES_SAMPLER_ARG', isRatio, 'a number from 0 to 1')
  check('OTEL_BSP_MAX_QUEUE_SIZE', isWholeUpTo(1_000_000), 'a whole number from 1 to 1000000')
  check('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', isWholeUpTo(1_000_000), 'a whole number from 1 to 1000000')
  check('OTEL_BSP_SCHEDULE_DELAY', isWholeUpTo(600_000), 'a whole number of milliseconds from 1 to 600000')

  const number = (name: string) => Number(textOf(name)) || undefined
  return {
    url: urlOf(textOf(endpoint) ?? '', endpoint.includes('_TRACES_')),
    headers: Object.assign({}, ...tracingCredentials.map((name) => pairsIn(textOf(name) ?? '') ?? {})),
    compression: textOf(ofTraces('COMPRESSION')) === 'gzip' ? 'gzip' : 'none',
    timeoutMs: number(ofTraces('TIMEOUT')),
    sampler,
    ratio: Number(textOf('OTEL_TRACES_SAMPLER_ARG') ?? 1),
    attributes: {
      'service.name': 'longrun',
      ...pairsIn(textOf('OTEL_RESOURCE_ATTRIBUTES') ?? ''),
      ...(textOf('OTEL_SERVICE_NAME') === undefined ? {} : { 'service.name': textOf('OTEL_SERVICE_NAME') ?? '' }),
    },
    queueSize: number('OTEL_BSP_MAX_QUEUE_SIZE'),
    batchSize: number('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
    delayMs: number('OTEL_BSP_SCHEDULE_DELAY'),
  }
}

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

/** The endpoint for all signals is the base of the URL of each signal; that for traces is used as it is. */
function urlOf(endpoint: string, isOfTraces: boolean): string {
  return isOfTraces ? endpoint : `${endpoint.replace(/\/$/, '')}/v1/traces`
}

const isWholeUpTo = (most: number) => (text: string) =>
  /^\d{1,9}$/.test(text) && Number(text) >= 1 && Number(text) <= most

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}

/** The pairs of a list in the format of W3C Baggage; undefined if it is malformed. */
function pairsIn(text: string): Record<string, string> | undefined {
  const entries = text.split(',').map((entry) => entry.trim())
  const pairs = entries.filter((entry) => entry !== '').map((entry) => /^([^\s=,;]+)\s*=\s*([\x20-\x7e]*)$/.exec(entry))
  try {
    return Object.fromEntries(
      pairs.map((pair) => [pair?.[1] ?? decodeURIComponent('%'), decodeURIComponent(pair?.[2] ?? '')]),
    )
  } catch {
    return undefined
  }
}
