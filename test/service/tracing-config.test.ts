import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../server/app/config.ts'

const on = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }
const traced = (more: Record<string, string> = {}) => readConfig({ ...on, ...more }).tracing

describe('traces', () => {
  it.each<[string, Record<string, string>]>([
    ['without a variable', {}],
    ['with an empty endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    ['with the endpoint of metrics', { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://collector:4318' }],
    ['with OTEL_SDK_DISABLED', { ...on, OTEL_SDK_DISABLED: 'TRUE' }],
    ['with OTEL_TRACES_EXPORTER=none', { ...on, OTEL_TRACES_EXPORTER: 'none' }],
    [
      'with variables for other programs, malformed or not',
      { OTEL_TRACES_SAMPLER: 'xray', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    ],
    ['with malformed variables while they are off', { ...on, OTEL_SDK_DISABLED: 'true', OTEL_TRACES_SAMPLER: 'xray' }],
  ])('are off %s', (_, environment) => {
    expect(readConfig(environment)).not.toHaveProperty('tracing')
  })

  it('are on with an endpoint, and have defaults for the rest', () => {
    expect(traced()).toEqual({
      url: 'http://collector:4318/v1/traces',
      headers: {},
      compression: 'none',
      timeoutMs: undefined,
      sampler: 'parentbased_always_on',
      ratio: 1,
      attributes: { 'service.name': 'longrun' },
      queueSize: undefined,
      batchSize: undefined,
      delayMs: undefined,
    })
    expect(traced({ OTEL_SDK_DISABLED: 'false', OTEL_TRACES_EXPORTER: 'otlp' })).toEqual(traced())
  })

  it('prefer the variables for traces', () => {
    const own = 'https://traces.example.com/otlp?tenant=1'
    expect(readConfig({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own }).tracing?.url).toBe(own)
    expect(traced({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own })?.url).toBe(own)
    expect(traced({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector/base/' })?.url).toBe(
      'http://collector/base/v1/traces',
    )
    const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=2', OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=3' }
    expect(traced(headers)?.headers).toEqual({ a: '1', b: '3' })
    const timeouts = { OTEL_EXPORTER_OTLP_TIMEOUT: '5000', OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '7000' }
    expect(traced(timeouts)?.timeoutMs).toBe(7000)
  })

  it('have the resource of the environment', () => {
    const attributes = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,team=a%20b%2Cc, region = eu ,empty=' }
    expect(traced(attributes)?.attributes).toEqual({ 'service.name': 'other', team: 'a b,c', region: 'eu', empty: '' })
    expect(traced({ ...attributes, OTEL_SERVICE_NAME: 'mine' })?.attributes['service.name']).toBe('mine')
  })

  it.each(['0', '1', '0.01', '.5', '1.0', '0.0'])('sample the ratio %s', (text) => {
    const ratio = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: text }
    expect(traced(ratio)).toMatchObject({ sampler: 'parentbased_traceidratio', ratio: Number(text) })
  })

  it.each<[string, string, Record<string, string>?]>([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:canary-secret@collector:4318'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'grpc://collector:4317'],
    ['OTEL_SDK_DISABLED', 'yes'],
    ['OTEL_TRACES_EXPORTER', 'zipkin'],
    ['OTEL_TRACES_EXPORTER', 'otlp,console'],
    ['OTEL_TRACES_SAMPLER', 'xray'],
    ['OTEL_TRACES_SAMPLER', 'always-on'],
    ...['1.1', '-1', '1%', 'NaN', '1e-2', '0,5'].map((text): [string, string, Record<string, string>] => [
      'OTEL_TRACES_SAMPLER_ARG',
      text,
      { OTEL_TRACES_SAMPLER: 'traceidratio' },
    ]),
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'http/protobuf'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '10s'],
    ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', '0'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'canary-secret'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization=%canary-secret'],
    ['OTEL_EXPORTER_OTLP_HEADERS', '=canary-secret'],
    ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'a=1,canary-secret'],
    ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/nowhere/canary-secret.pem'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'team'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '-1'],
    ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '0'],
    ['OTEL_BSP_SCHEDULE_DELAY', '1.5'],
  ])('stop the start if %s is %s', (name, text, more = {}) => {
    const start = () => traced({ [name]: text, ...more })
    expect(start).toThrow(new RegExp(`^${name} must be `))
    expect(start).not.toThrow('canary-secret')
  })

  it('name every malformed variable, and accept certificates', () => {
    expect(() => traced({ OTEL_TRACES_SAMPLER: 'x', OTEL_BSP_SCHEDULE_DELAY: 'x' })).toThrow(/SAMPLER.*\n.*DELAY/)
    const file = join(import.meta.dirname, '../../package.json')
    expect(traced({ OTEL_EXPORTER_OTLP_CERTIFICATE: file })).toEqual(traced())
  })

  it('never give the credentials of the collector to handlers', () => {
    expect(() => readConfig({ EXECUTOR_ENV: 'OTEL_EXPORTER_OTLP_HEADERS' })).toThrow('EXECUTOR_ENV')
    expect(() => readConfig({ EXECUTOR_ENV: 'OTEL_EXPORTER_OTLP_TRACES_HEADERS' })).toThrow('EXECUTOR_ENV')
  })
})
