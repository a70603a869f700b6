import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configuredVendors, readConfig, tokenRules } from '../../server/app/config.ts'

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toEqual({
      PORT: 8080,
      HOST: '127.0.0.1',
      DATA_DIR: '.data',
      ROLES: ['api', 'worker'],
      WORKER_CONCURRENCY: 10,
      OWNER_CONCURRENCY: 100,
      OWNER_OPERATIONS: 100_000,
      OWNER_STORED_BYTES: 107_374_182_400,
      OWNER_WEBHOOK_TARGETS: 1000,
      OWNER_WEBHOOK_SENDS: 50,
      OWNER_STORED_FILES: 1_000_000,
      OWNER_UPLOADS: 20,
      OWNER_SCHEDULES: 1000,
      OWNER_BATCHES: 1000,
      SCHEDULE_MIN_SECONDS: 10,
      OWNER_ORDER_LINES: 10_000_000,
      EXECUTOR_RSS_MB: 1024,
      EXECUTOR_ENV: [],
      API_KEYS: [],
      CORS_ORIGINS: [],
      TRUSTED_PROXIES: [],
      LEASE_SECONDS: 15,
      LOG_LEVEL: 'info',
      DATABASE_POOL_SIZE: 40,
      DATABASE_SCHEMA: 'public',
      LIMIT_SUBMITS: 1000,
      LIMIT_READS: 6000,
      LIMIT_UPLOADS: 60,
      LIMIT_STREAMS: 20,
      LIMIT_OWNER_SUBMITS: 5000,
      LIMIT_OWNER_READS: 30_000,
      LIMIT_OWNER_UPLOADS: 300,
      LIMIT_OWNER_STREAMS: 100,
      FILES_MIN_FREE_BYTES: 1_073_741_824,
      LIMIT_ANONYMOUS: 1000,
      LIMIT_CONNECTIONS: 10_000,
      LIMIT_ADDRESS_CONNECTIONS: 1000,
      UPLOAD_MAX_BYTES: 1_073_741_824,
      RETENTION_TOMBSTONE_SECONDS: 2_592_000,
      RETENTION_IDEMPOTENCY_SECONDS: 86_400,
      RETENTION_UPLOAD_SECONDS: 86_400,
      LINK_SECONDS: 86_400,
      SWEEP_SECONDS: 60,
      WEBHOOK_ALLOW_INSECURE: false,
    })
    expect(readConfig({ PORT: '', ROLES: '' })).toMatchObject({ PORT: 8080, ROLES: ['api', 'worker'] })
  })

  it('limits an owner to five times the limit of a credential by default', () => {
    const variables = { LIMIT_READS: '300', LIMIT_STREAMS: '900000000', LIMIT_OWNER_SUBMITS: '70' }
    expect(readConfig(variables)).toMatchObject({
      LIMIT_OWNER_READS: 1500,
      LIMIT_OWNER_STREAMS: 1_000_000_000,
      LIMIT_OWNER_SUBMITS: 70,
    })
  })

  it('is documented in .env.example, with its actual defaults', () => {
    const lines = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8').split('\n')
    const named = lines.flatMap((line) => /^(?:# )?([A-Z_]+)=(.*)$/.exec(line)?.slice(1) ?? [])
    const set = Object.fromEntries(lines.filter((line) => /^[A-Z]/.test(line)).map((line) => line.split('=', 2)))
    expect(readConfig(set)).toEqual(readConfig({}))
    const optional = ['DATABASE_URL', 'API_KEYS', 'FILES_URL', 'PUBLIC_URL', 'SECRETS_KEY']
    const tokens = ['ISSUER', 'AUDIENCE', 'ALGORITHMS', 'JWKS_URL', 'OWNER_CLAIM'].map((name) => `JWT_${name}`)
    const periods = ['RETENTION_COMPLETED_SECONDS', 'RETENTION_FAILED_SECONDS']
    for (const name of [...optional, ...tokens, ...periods, ...Object.keys(readConfig({}))])
      expect(named).toContain(name)
  })

  it('reads keys with and without scopes', () => {
    const text = 'alice:0123456789abcdef, bob:fedcba9876543210:operations:read+admin'
    expect(readConfig({ API_KEYS: text }).API_KEYS).toEqual([
      { owner: 'alice', key: '0123456789abcdef', scopes: expect.arrayContaining(['admin', 'operations:cancel']) },
      { owner: 'bob', key: 'fedcba9876543210', scopes: ['operations:read', 'admin'] },
    ])
  })

  it('completes DATABASE_URL with the variables of Postgres, for processes that do not have these variables', () => {
    const variables = {
      PGHOST: 'db.internal',
      PGPORT: '6432',
      PGUSER: 'me',
      PGPASSWORD: 'p@ss/w',
      PGDATABASE: 'orders',
    }
    const complete = (DATABASE_URL: string, more = {}) =>
      readConfig({ DATABASE_URL, ...variables, ...more }).DATABASE_URL
    expect(complete('postgres:///')).toBe('postgres://me:p%40ss%2Fw@db.internal:6432/orders')
    expect(complete('postgres://you@localhost/x')).toBe('postgres://you:p%40ss%2Fw@localhost:6432/x')
    expect(complete('postgres://you:own@localhost:1/x')).toBe('postgres://you:own@localhost:1/x')
    const strict = { PGSSLMODE: 'verify-full' }
    expect(complete('postgres://you:own@h:1/x', strict)).toBe('postgres://you:own@h:1/x?sslmode=verify-full')
    expect(complete('postgres://you:own@h:1/x?sslmode=disable', strict)).toMatch(/=disable$/)
    expect(complete('postgres:///x', { PGHOST: '/run/postgresql' })).toBe(
      'postgres://me:p%40ss%2Fw@%2Frun%2Fpostgresql:6432/x',
    )
  })

  it('accepts names of variables for executors', () => {
    expect(readConfig({ EXECUTOR_ENV: 'NODE_OPTIONS, http_proxy' }).EXECUTOR_ENV).toEqual([
      'NODE_OPTIONS',
      'http_proxy',
    ])
  })

  it('accepts proxies as addresses, ranges and names', () => {
    const text = 'loopback, 10.0.0.0/8,2001:db8::1'
    expect(readConfig({ TRUSTED_PROXIES: text }).TRUSTED_PROXIES).toEqual(['loopback', '10.0.0.0/8', '2001:db8::1'])
  })

  it('accepts the vendors’ addresses, all four of a type or none, and names the missing ones', () => {
    const vendors = {
      VENDOR_STOCK_URL: 'https://stock.example.com/v1/',
      VENDOR_PAYMENT_URL: 'https://payment.example.com',
      VENDOR_CARRIER_URL: 'https://carrier.example.com',
      VENDOR_CONFIRMATION_URL: 'https://confirmation.example.com',
    }
    expect(readConfig(vendors)).toMatchObject({ ...vendors, VENDOR_STOCK_URL: 'https://stock.example.com/v1' })
    const some = { ...vendors, VENDOR_CARRIER_URL: '', VENDOR_PAYMENT_URL: '' }
    expect(() => readConfig(some)).toThrow(/^VENDOR_PAYMENT_URL and VENDOR_CARRIER_URL must be set, too/)
    const screening = {
      VENDOR_IDENTITY_URL: 'https://identity.example.com',
      VENDOR_CRIMINAL_RECORDS_URL: 'https://records.example.com',
      VENDOR_EMPLOYMENT_URL: 'https://employment.example.com',
      VENDOR_EDUCATION_URL: 'https://education.example.com/v2/',
    }
    expect(configuredVendors(readConfig(screening))).toEqual({
      identity: 'https://identity.example.com',
      criminalRecords: 'https://records.example.com',
      employment: 'https://employment.example.com',
      education: 'https://education.example.com/v2',
    })
    expect(Object.keys(configuredVendors(readConfig({ ...vendors, ...screening })))).toHaveLength(8)
    expect(() => readConfig({ ...vendors, ...screening, VENDOR_CRIMINAL_RECORDS_URL: '' })).toThrow(
      'VENDOR_CRIMINAL_RECORDS_URL must be set, too: either all four vendors of screenCandidate are configured, or none.',
    )
  })

  it('accepts a token issuer only when it is complete, and names what is missing', () => {
    const issuer = {
      JWT_ISSUER: 'https://login.example.com',
      JWT_AUDIENCE: 'longrun',
      JWT_ALGORITHMS: 'RS256, ES256',
    }
    expect(tokenRules(readConfig(issuer))).toEqual({
      issuer: 'https://login.example.com',
      audience: 'longrun',
      algorithms: ['RS256', 'ES256'],
      jwksUrl: undefined,
      ownerClaim: 'sub',
    })
    expect(tokenRules(readConfig({}))).toBeUndefined()
    for (const name of Object.keys(issuer)) {
      expect(() => readConfig({ ...issuer, [name]: '' })).toThrow(new RegExp(`^${name} must be set, too`))
    }
    for (const name of ['JWT_JWKS_URL', 'JWT_OWNER_CLAIM']) {
      const alone = { [name]: 'https://login.example.com/keys' }
      expect(() => readConfig(alone)).toThrow(/^JWT_ISSUER and JWT_AUDIENCE and JWT_ALGORITHMS must be set, too/)
    }
    const named = { ...issuer, JWT_ISSUER: 'accounts' }
    expect(() => readConfig(named)).toThrow(/^JWT_ISSUER must begin with https:/)
    expect(readConfig({ ...named, JWT_JWKS_URL: 'http://127.0.0.1:9/keys' })).toMatchObject({ JWT_ISSUER: 'accounts' })
  })

  it.each([
    ['PORT', '80800'],
    ['PORT', '0x50'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['ROLES', 'api,janitor'],
    ['WORKER_CONCURRENCY', '-1'],
    ['API_KEYS', 'alice:short'],
    ['API_KEYS', 'alice:0123456789abcdef:everything'],
    ['API_KEYS', 'alice:0123456789abcdef,bob:0123456789abcdef'],
    ['OWNER_OPERATIONS', 'many'],
    ['OWNER_STORED_BYTES', '100GB'],
    ['OWNER_STORED_FILES', '-1'],
    ['OWNER_UPLOADS', 'few'],
    ['OWNER_ORDER_LINES', '10M'],
    ['FILES_MIN_FREE_BYTES', '1GiB'],
    ['LIMIT_OWNER_READS', '-1'],
    ['JWT_ALGORITHMS', 'none'],
    ['JWT_ALGORITHMS', 'RS256,HS256'],
    ['JWT_JWKS_URL', 'http://login.example.com/keys'],
    ['JWT_JWKS_URL', 'https://user:canary@login.example.com/keys'],
    ['JWT_OWNER_CLAIM', 'the owner'],
    ['JWT_ISSUER', 'our issuer'],
    ['JWT_AUDIENCE', 'long run'],
    ['FILES_URL', '/var/lib/canary'],
    ['PUBLIC_URL', 'example.org:8080'],
    ['CORS_ORIGINS', 'pages.example'],
    ['CORS_ORIGINS', 'https://pages.example/'],
    ['CORS_ORIGINS', 'null'],
    ['TRUSTED_PROXIES', 'proxy.internal'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['EXECUTOR_ENV', 'NODE_OPTIONS,SECRETS_KEY'],
    ['EXECUTOR_ENV', 'canary=value'],
    ['LEASE_SECONDS', '1'],
    ['LOG_LEVEL', 'loud'],
    ['DATABASE_POOL_SIZE', 'ten'],
    ['DATABASE_POOL_SIZE', '4'],
    ['DATABASE_POOL_SIZE', '9'],
    ['UPLOAD_MAX_BYTES', '1GB'],
    ['LIMIT_SUBMITS', 'many'],
    ['LIMIT_READS', '6000/min'],
    ['LIMIT_UPLOADS', '-1'],
    ['LIMIT_STREAMS', '2000000000'],
    ['LIMIT_ANONYMOUS', '300/min'],
    ['LIMIT_CONNECTIONS', '10k'],
    ['LIMIT_ADDRESS_CONNECTIONS', 'all'],
    ['RETENTION_COMPLETED_SECONDS', '7d'],
    ['RETENTION_FAILED_SECONDS', '0.5'],
    ['RETENTION_TOMBSTONE_SECONDS', '-60'],
    ['LINK_SECONDS', '24h'],
    ['SWEEP_SECONDS', '999999'],
    ['VENDOR_STOCK_URL', 'stock.example.com'],
    ['VENDOR_PAYMENT_URL', 'https://user:canary@payment.example.com'],
    ['SECRETS_KEY', 'c2hvcnRlciB0aGFuIDMyIGJ5dGVz'],
    ['SECRETS_KEY', 'not-base64-at-all-and-forty-four-characters='],
    ['SECRETS_KEY', `${'A'.repeat(42)}B=`],
    ['SECRETS_KEY', `${'A'.repeat(43)}= `],
    ['WEBHOOK_ALLOW_INSECURE', 'yes'],
    ['NATS_URL', 'localhost:4222'],
    ['NATS_URL', 'http://localhost:4222'],
    ['NATS_URL', 'nats:///'],
    ['NATS_URL', 'nats://host:0'],
    ['NATS_URL', 'nats://host:99999'],
    ['NATS_URL', 'nats://user:passw0rd@host/path'],
    ['NATS_URL', 'nats://user:passw0rd@host?tls=no'],
    ['NATS_URL', 'nats://us%zzer:passw0rd@host'],
    ['NATS_URL', 'nats://:passw0rd@host'],
    ['NATS_URL', 'nats://one:passw0rd@a,nats://two:passw0rd@b'],
    ['NATS_URL', 'nats://host,,nats://other'],
    ['NATS_URL', 'nats://host,tls://other'],
    ['NATS_URL', 'nats://host nats://other'],
  ])('refuses a malformed %s by name and with the remedy, never with the value', (name, value) => {
    const refusal = () => readConfig({ [name]: value })
    expect(refusal).toThrow(new RegExp(`^${name} must be `))
    expect(refusal).not.toThrow(new RegExp(value.replaceAll('.', '\\.')))
  })
})
