import { describe, expect, it } from 'vitest'
import { clientOf, trusting } from '../../server/http/request/client-address.ts'

const forwarded = (forwardedFor: string | undefined, proto?: string) => {
  const given = { 'x-forwarded-for': forwardedFor, 'x-forwarded-proto': proto, 'x-forwarded-host': 'elsewhere.example' }
  return new Headers(Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

describe('the address of a client', () => {
  it('is the address of the connection without trusted proxies; headers are ignored', () => {
    expect(clientOf(undefined, '::ffff:198.51.100.7', forwarded('203.0.113.9', 'https'))).toEqual({
      address: '198.51.100.7',
      byTls: false,
    })
    const trusts = trusting(['10.0.0.0/8'])
    expect(clientOf(trusts, '198.51.100.7', forwarded('203.0.113.9', 'https'))).toEqual({
      address: '198.51.100.7',
      byTls: false,
    })
  })

  it.each([
    // A client that is not behind a proxy.
    [undefined, '10.0.0.1'],
    ['203.0.113.9', '203.0.113.9'],
    // Entries before the first untrusted hop were written by that hop.
    ['1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['1.1.1.1, 203.0.113.9, 10.2.3.4, 10.9.9.9', '203.0.113.9'],
    ['10.2.3.4', '10.2.3.4'],
    ['junk', '10.0.0.1'],
    ['junk, 10.2.3.4', '10.2.3.4'],
    ['203.0.113.9, ', '10.0.0.1'],
    ['127.1', '10.0.0.1'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['[2001:DB8::1]:4711', '2001:db8::1'],
    ['2001:db8:0:0:0:0:0:1', '2001:db8::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::ffff:10.2.3.4, ::ffff:0a02:0304', '10.2.3.4'],
  ])('behind trusted proxies is, of X-Forwarded-For %s, %s', (forwardedFor, address) => {
    const trusts = trusting(['10.0.0.0/8', 'loopback'])
    expect(clientOf(trusts, '::ffff:10.0.0.1', forwarded(forwardedFor)).address).toBe(address)
  })

  it('used TLS if a trusted proxy reports so', () => {
    const trusts = trusting(['loopback'])
    const byTls = (proto: string) => clientOf(trusts, '::1', forwarded('203.0.113.9', proto)).byTls
    expect(['https', 'HTTPS', 'https, http', 'http', 'httpsx', 'http, https'].map(byTls)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ])
  })

  it.each([
    '',
    '1',
    'proxy.internal',
    '10.0.0.0/33',
    '0.0.0.0/0',
    '10.0.0.0/255.0.0.0',
    '::/129',
    '*',
  ])('is not read from %s, which is not a range', (proxy) => {
    expect(() => trusting(['loopback', proxy])).toThrow(TypeError)
  })
})
