import { userInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { completeUrl, parseUrl } from '../../server/database/url.ts'

/** PostgreSQL manual, "Connection URIs" and "Parameter Key Words". */
describe('parseUrl', () => {
  const full = {
    host: 'db',
    port: 6432,
    database: 'orders',
    user: 'me',
    password: 'word',
    tls: undefined,
    schema: 'public',
    session: { applicationName: undefined, settings: {}, byStatements: false },
  }

  it.each([
    ['the usual form', 'postgres://me:word@db:6432/orders', {}],
    ['postgresql://', 'postgresql://me:word@db:6432/orders', {}],
    ['the default port', 'postgres://me:word@db/orders', { port: 5432 }],
    ['the user as the default database', 'postgres://me:word@db:6432', { database: 'me' }],
    [
      'the account of this process as the default user',
      'postgres://db:6432/orders',
      { user: userInfo().username, password: '' },
    ],
    ['IPv6', 'postgres://me:word@[::1]:6432/orders', { host: '::1' }],
    [
      'a Unix socket as parameter',
      'postgres:///orders?host=/run/postgresql&user=me&password=word&port=6432',
      { host: '/run/postgresql' },
    ],
    ['a Unix socket beside an account', 'postgres://me:word@/orders?host=/run/pg&port=6432', { host: '/run/pg' }],
    ['a Unix socket as host', 'postgres://me:word@%2Frun%2Fpostgresql:6432/orders', { host: '/run/postgresql' }],
    [
      'percent-encoding',
      'postgres://m%40e:w%2Fo%3Ard%25@db:6432/or%20ders%2F',
      { user: 'm@e', password: 'w/o:rd%', database: 'or ders/' },
    ],
    ['an @ in the password', 'postgres://me:wo@rd@db:6432/orders', { password: 'wo@rd' }],
    ['parts as parameters', 'postgres://?host=db&port=6432&dbname=orders&user=me&password=word', {}],
    [
      'parameters before parts',
      'postgres://you:other@elsewhere:1/x?host=db&port=6432&dbname=orders&user=me&password=word',
      {},
    ],
    [
      'application_name and options',
      'postgres://me:word@db:6432/orders?application_name=app&options=-c%20geqo%3Doff',
      { session: { applicationName: 'app', settings: { geqo: 'off' }, byStatements: false } },
    ],
    [
      'what is as it would be without',
      'postgres://me:word@db:6432/orders?sslmode=disable&channel_binding=prefer&target_session_attrs=any&gssencmode=prefer&client_encoding=UTF8',
      {},
    ],
  ])('reads %s', (_, url, more) => {
    expect(parseUrl(url)).toEqual({ ...full, ...more })
  })

  it.each([
    ['disable', undefined],
    ['allow', { isOptional: true, settings: { rejectUnauthorized: false } }],
    ['prefer', { isOptional: true, settings: { rejectUnauthorized: false } }],
    ['require', { isOptional: false, settings: { rejectUnauthorized: false } }],
    ['no-verify', { isOptional: false, settings: { rejectUnauthorized: false } }],
    [
      'verify-ca',
      { isOptional: false, settings: { rejectUnauthorized: true, checkServerIdentity: expect.any(Function) } },
    ],
    ['verify-full', { isOptional: false, settings: { rejectUnauthorized: true } }],
  ])('reads sslmode=%s', (mode, tls) => {
    const found = parseUrl(`postgres://me@db/orders?sslmode=${mode}`).tls
    if (tls === undefined) expect(found).toBeUndefined()
    else expect(found).toMatchObject(tls)
    expect(parseUrl(`postgres://me@/orders?host=/run/pg&sslmode=${mode}`).tls).toBeUndefined()
  })

  it.each([
    ['another protocol', 'mysql://me@db/orders', 'must be an address like postgres://'],
    ['no protocol', 'db/orders', 'must be an address like postgres://'],
    ['several hosts', 'postgres://me@one,two/orders', 'several hosts'],
    ['several hosts, with ports', 'postgres://me@one:1,two:2/orders', 'several hosts|port'],
    ['a port that is none', 'postgres://me@db:x/orders', 'port'],
    ['a port out of range', 'postgres://me@db:65536/orders', 'port'],
    ['incomplete percent-encoding', 'postgres://me:100%@db/orders', 'write %25'],
    [
      'channel binding',
      'postgres://me@db/orders?sslmode=require&channel_binding=require',
      'channel_binding.*verify-full',
    ],
    ['an unknown sslmode', 'postgres://me@db/orders?sslmode=verify', 'sslmode: disable, .*verify-full'],
    [
      'an unreadable certificate',
      'postgres://me@db/orders?sslmode=verify-full&sslrootcert=/none.pem',
      'sslrootcert .*ENOENT',
    ],
    ['a standby', 'postgres://me@db/orders?target_session_attrs=read-only', 'target_session_attrs'],
    ['another encoding', 'postgres://me@db/orders?client_encoding=LATIN1', 'client_encoding'],
    ['GSSAPI', 'postgres://me@db/orders?gssencmode=require', 'gssencmode'],
    ['a parameter of Prisma', 'postgres://me@db/orders?schema=app', 'the parameter schema,'],
    ['a pooler’s parameter', 'postgres://me@db/orders?pgbouncer=true', 'the parameter pgbouncer,'],
    ['a misspelt parameter', 'postgres://me@db/orders?ssl_mode=require', 'the parameter ssl_mode,'],
    ['a name of Object.prototype', 'postgres://me@db/orders?constructor=1', 'the parameter constructor,'],
  ])('refuses %s in one sentence, without the URL', (_, url, words) => {
    const refused = () => parseUrl(url.replace('me@', 'me:canary@'))
    expect(refused).toThrow(new RegExp(`^DATABASE_URL .*(${words}).*\\.$`))
    expect(refused).not.toThrow(/canary/)
  })
})

/** PostgreSQL manual, "Environment Variables". */
describe('completeUrl', () => {
  it.each([
    ['PGHOST', 'db', 'postgres://me@db:1/x', 'postgres://me@:1/x'],
    ['PGHOST', '/run/pg', 'postgres://me@%2Frun%2Fpg:1/x', 'postgres://me@:1/x'],
    ['PGPORT', '6432', 'postgres://me@db:6432/x', 'postgres://me@db/x'],
    ['PGUSER', 'm@e', 'postgres://m%40e@db/x', 'postgres://db/x'],
    ['PGPASSWORD', 'w/', 'postgres://me:w%2F@db/x', 'postgres://me@db/x'],
    ['PGDATABASE', 'x y', 'postgres://me@db/x%20y', 'postgres://me@db'],
    ['PGSSLMODE', 'require', 'postgres://me@db/x?sslmode=require', 'postgres://me@db/x'],
    ['PGAPPNAME', 'app', 'postgres://me@db/x?application_name=app', 'postgres://me@db/x'],
    ['PGOPTIONS', '-c a.b=1', 'postgres://me@db/x?options=-c+a.b%3D1', 'postgres://me@db/x'],
    ['PGSERVICE', 'other', 'postgres://me@db/x', 'postgres://me@db/x'],
  ])('with %s=%s is %s', (name, value, expected, url) => {
    expect(completeUrl(url, { [name]: value })).toBe(expected)
    // What the URL has is kept.
    expect(completeUrl(expected, { [name]: 'replaced', PGSSLMODE: 'disable' }).replace(/[?&]sslmode=disable/, '')).toBe(
      expected,
    )
  })

  it('refuses what the environment adds like what the URL has', () => {
    expect(() => completeUrl('postgres://me@db/x', { PGCHANNELBINDING: 'require' })).toThrow(/channel_binding/)
  })
})
