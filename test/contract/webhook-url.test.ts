import { describe, expect, it } from 'vitest'
import {
  checkUrl,
  isPublicAddress,
  nameServers,
  systemNames,
  violationOfUrl,
} from '../../server/contract/webhook-url.ts'
import {
  allowedUrls,
  insecureUrls,
  privateAddresses,
  publicAddresses,
  refusedUrls,
  undeliverableUrls,
} from '../webhooks/addresses.ts'

describe('an address', () => {
  it.each(privateAddresses)('is not public: %s', (address) => expect(isPublicAddress(address)).toBe(false))
  it.each(publicAddresses)('is public: %s', (address) => expect(isPublicAddress(address)).toBe(true))
  it.each([
    '',
    'example.com',
    '2130706433',
    '0177.0.0.1',
    '0x7f.1',
    '127.1',
    '8.8.8.8/8',
    'fe80::1%eth0',
  ])('is not an address: %j', (text) => expect(isPublicAddress(text)).toBe(false))
})

describe('the URL of a webhook', () => {
  const resolving =
    (...addresses: string[]) =>
    async () =>
      addresses

  it.each(allowedUrls)('is accepted: %s', async (url) => {
    expect(await checkUrl(url, { allowInsecure: false, resolve: resolving('93.184.215.14') })).toBeUndefined()
  })

  it.each(refusedUrls)('is refused without a look-up: %s', (url) => {
    expect(violationOfUrl(url, false)).toMatch(/^must /)
  })

  it.each(privateAddresses)('is refused when any of its addresses is not public: %s', async (address) => {
    const rules = { allowInsecure: false, resolve: resolving('93.184.215.14', address) }
    expect(await checkUrl('https://example.com/', rules)).toBe('must name a public address')
  })

  it('is accepted when its name has no address at the moment', async () => {
    const resolve = () => Promise.reject(new Error('SERVFAIL'))
    expect(await checkUrl('https://example.com/', { allowInsecure: false, resolve })).toBeUndefined()
  })

  it('is refused with a message that does not contain it', () => {
    for (const url of refusedUrls.filter((text) => text !== '')) expect(violationOfUrl(url, false)).not.toContain(url)
  })

  it.each(insecureUrls)('may be private with WEBHOOK_ALLOW_INSECURE: %s', async (url) => {
    expect(await checkUrl(url, { allowInsecure: true, resolve: resolving('127.0.0.1') })).toBeUndefined()
  })

  it('with port 0 is refused with a message about the port', () => {
    expect(violationOfUrl('https://example.com:0/', false)).toBe('must not use port 0, to which no webhook is sent')
  })

  it.each([
    ...undeliverableUrls,
    'ftp://localhost/',
    'http://user:password@localhost/',
    'http://local host/',
    'file:///etc/passwd',
    'http://',
  ])('is refused with WEBHOOK_ALLOW_INSECURE too: %s', (url) => expect(violationOfUrl(url, true)).toMatch(/^must /))
})

describe('names', () => {
  it('of this machine are resolved by the system', async () => {
    expect(await systemNames('localhost')).toEqual(expect.arrayContaining([expect.stringMatching(/^(127\.|::1$)/)]))
  })

  it('without an address are an error, within the time limit', async () => {
    await expect(nameServers({ timeoutMs: 200 })('longrun.invalid')).rejects.toThrow(/no address/)
  })
})
