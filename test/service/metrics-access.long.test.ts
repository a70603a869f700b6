import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ConfigError, readConfig } from '../../server/app/config.ts'
import { ask, expectProblem } from '../http/requests.ts'
import { createDatabase } from '../support/database.ts'
import { scrape, sumOf } from '../support/metrics.ts'
import { startTestService } from '../support/service.ts'

const key = 'metrics-0123456789abcdef'

/** `fetch` sets the header itself. */
function statusFor(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path: '/metrics', headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject)
    sent.end()
  })
}

async function started(environment: Record<string, string>) {
  const service = await startTestService(environment)
  onTestFinished(() => service.close())
  return service
}

describe('on the port of the API', () => {
  it('without METRICS_KEY the metrics are for programs on this machine', async () => {
    const service = await started({ ROLES: 'api' })
    const { status, text } = await ask(service, '/metrics', { key: null })
    expect(status).toBe(200)
    expect(text).toContain('longrun_database_up 1\n')
    expect(service.metricsUrl).toBe('')
    const behindProxies: Record<string, string>[] = [
      { 'x-forwarded-for': '203.0.113.7' },
      { forwarded: 'for=203.0.113.7' },
      { 'x-real-ip': '203.0.113.7' },
      { 'x-forwarded-host': 'longrun.example.com' },
      { 'x-forwarded-proto': 'https' },
      { via: '1.1 proxy' },
    ]
    for (const headers of behindProxies) {
      for (const key of [null, service.apiKey]) {
        const refused = await ask(service, '/metrics', { key, headers })
        expectProblem(refused, 401, 'UNAUTHENTICATED')
        expect(refused.body.detail).toContain('METRICS_KEY')
      }
    }
    const { port } = new URL(service.url)
    for (const host of ['longrun.example.com', 'localhost.example.com', '203.0.113.7', '127.0.0.1.example.com'])
      expect(await statusFor(Number(port), host)).toBe(401)
    for (const host of ['localhost', 'LOCALHOST:9', '127.0.0.1', `[::1]:${port}`])
      expect(await statusFor(Number(port), host)).toBe(200)
  })

  it('a process without the role api has none without METRICS_PORT', async () => {
    const service = await started({ ROLES: 'worker' })
    expect([service.url, service.metricsUrl]).toEqual(['', ''])
  })

  it('the metrics need METRICS_KEY, and no other credential', async () => {
    const service = await started({ ROLES: 'api', METRICS_KEY: key, LIMIT_ANONYMOUS: '12' })
    const { status, headers, text } = await ask(service, '/metrics', { key })
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(text).toContain('longrun_database_up 1\n')
    expect((await ask(service, '/metrics?from=prometheus', { key })).status).toBe(200)
    const head = await ask(service, '/metrics', { key, method: 'HEAD' })
    expect({ status: head.status, text: head.text }).toEqual({ status: 200, text: '' })
    const wrong: [string, Record<string, string>][] = [
      ['an API key with all scopes', { authorization: `Bearer ${service.apiKey}` }],
      ['none', {}],
      ['a part of it', { authorization: `Bearer ${key.slice(0, -1)}` }],
      ['more than it', { authorization: `Bearer ${key}x` }],
      ['another case', { authorization: `Bearer ${key.toUpperCase()}` }],
      ['another scheme', { authorization: `Basic ${key}` }],
      ['another header', { 'x-api-key': key }],
      ['two of them', { authorization: `Bearer ${key}, Bearer ${key}` }],
    ]
    for (const [, headers] of wrong) {
      const refused = await ask(service, '/metrics', { key: null, headers })
      expectProblem(refused, 401, 'UNAUTHENTICATED')
      expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer realm="longrun"/)
      expect(refused.text).not.toContain(key.slice(0, 8))
    }
    expectProblem(await ask(service, `/metrics?key=${key}`, { key: null }), 401, 'UNAUTHENTICATED')
    // The key of the metrics is not a key of the API.
    expectProblem(await ask(service, '/api/v1/operations', { key }), 401, 'UNAUTHENTICATED')
    expectProblem(await ask(service, '/metrics', { key, method: 'POST' }), 405, 'METHOD_NOT_ALLOWED')
    for (const path of ['/metrics/', '/metrics/x', '/metricsx', '//metrics', '/Metrics', '/api/v1/metrics'])
      expect([401, 404, 429]).toContain((await ask(service, path, { key })).status)
    for (let tries = 0; tries < 12; tries += 1) await ask(service, '/metrics', { key: null })
    expectProblem(await ask(service, '/metrics', { key: 'guess-0123456789abcdef' }), 429, 'RATE_LIMITED')
    // The limit of guesses does not shut out Prometheus on the same address.
    expect((await ask(service, '/metrics', { key })).status).toBe(200)
  })
})

describe('on a port of their own', () => {
  it.each([
    'api',
    'worker',
    'api,worker',
  ])('the metrics and the probes are served by the roles %s, and nothing else is', async (roles) => {
    const service = await started({ ROLES: roles, METRICS_PORT: '0' })
    const { status, samples } = await scrape(service.metricsUrl)
    expect(status).toBe(200)
    expect(sumOf(samples, 'longrun_process_info', { roles })).toBe(1)
    expect(sumOf(samples, 'process_cpu_seconds_total')).toBeGreaterThan(0)
    for (const path of [
      '/',
      '/api/v1/operations',
      '/health/live',
      '/healthz/',
      '/docs',
      '/metrics/',
      '/metrics/../api/v1/operations',
    ]) {
      expectProblem(await ask(service, new URL(path, service.metricsUrl).href), 404, 'NOT_FOUND')
    }
    for (const path of ['/healthz', '/readyz', '/readyz?verbose']) {
      const probe = await ask(service, new URL(path, service.metricsUrl).href, { key: null })
      expect([probe.status, probe.body]).toEqual([200, { status: 'ok' }])
    }
    const readyz = new URL('/readyz', service.metricsUrl).href
    const head = await ask(service, readyz, { method: 'HEAD', key: null })
    expect([head.status, head.text]).toEqual([200, ''])
    const posted = await ask(service, readyz, { method: 'POST' })
    expectProblem(posted, 405, 'METHOD_NOT_ALLOWED')
    expect(posted.headers.get('allow')).toBe('GET, HEAD')
    if (service.url) expectProblem(await ask(service, '/metrics'), 404, 'NOT_FOUND')
  })

  it('they need METRICS_KEY only if it is set', async () => {
    const service = await started({ ROLES: 'api', METRICS_PORT: '0', METRICS_KEY: key, METRICS_HOST: '127.0.0.1' })
    expect((await scrape(service.metricsUrl)).status).toBe(401)
    expect((await scrape(service.metricsUrl, 'wrong-0123456789abcdef')).status).toBe(401)
    expect((await scrape(service.metricsUrl, key)).status).toBe(200)
    // Container runtimes have no key.
    expect((await ask(service, new URL('/readyz', service.metricsUrl).href, { key: null })).status).toBe(200)
    expectProblem(await ask(service, '/metrics', { key }), 404, 'NOT_FOUND')
  })

  it('a port in use stops the start', async () => {
    const blocking = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void blocking.close())
    await new Promise((resolve) => blocking.once('listening', resolve))
    const { port } = blocking.address() as AddressInfo
    const database = await createDatabase({ withSample: true })
    const starting = startTestService({ ROLES: 'api', METRICS_PORT: String(port) }, database)
    await expect(starting).rejects.toThrow(/EADDRINUSE/)
    // Fails while a connection is open.
    await database.drop()
  })
})

describe('the configuration', () => {
  it.each([
    ['METRICS_PORT', '70000'],
    ['METRICS_PORT', 'on'],
    ['METRICS_PORT', '-1'],
    ['METRICS_KEY', 'short'],
    ['METRICS_KEY', 'canary with spaces in it'],
    ['METRICS_KEY', `canary-${'ä'.repeat(20)}`],
  ])('refuses a malformed %s by name, never with the value', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} must be `))
    expect(() => readConfig({ [name]: value })).not.toThrow(/canary/)
  })

  it('refuses combinations that have no effect or cannot start', () => {
    expect(() => readConfig({ METRICS_HOST: '0.0.0.0' })).toThrow(/^METRICS_PORT must be set, too/)
    expect(() => readConfig({ METRICS_PORT: '8080' })).toThrow(/^METRICS_PORT must not be PORT/)
    expect(() => readConfig({ METRICS_PORT: '9464', DATABASE_POOL_SIZE: '10' })).toThrow(
      /at least 11 .*, metrics included/,
    )
    expect(() => readConfig({ EXECUTOR_ENV: 'METRICS_KEY' })).toThrow(ConfigError)
    expect(readConfig({ METRICS_PORT: '', METRICS_KEY: '' })).toEqual(readConfig({}))
  })
})
