import { describe, expect, test } from 'vitest'
import { isMintedFor, mintLink, verifyLink } from '../../server/files/links.ts'

const secret = Buffer.alloc(32, 1)
const path = '/api/v1/files/file_x'
const now = new Date('2026-11-20T09:00:00Z')
const lifetimeSeconds = 86_400
const of = { fileId: 'f1', ownerId: 'alice' }
const { fileId } = of
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)

function partsOf(link: string) {
  const { pathname, searchParams } = new URL(link, 'http://x')
  return { pathname, expires: searchParams.get('expires') ?? '', signature: searchParams.get('signature') ?? '' }
}
const { pathname, expires, signature } = partsOf(mintLink(secret, path, { ...of, now, lifetimeSeconds }))
const verify = (change: Partial<Parameters<typeof verifyLink>[1]>, key: Uint8Array = secret) =>
  verifyLink(key, { fileId, expires, signature, now, ...change })

test('a new link is valid for its path', () => {
  expect(pathname).toBe(path)
  expect(verify({})).toBe('ok')
})

/** The owner tag of one link with the code of another. */
function spliced(): string {
  const other = partsOf(mintLink(secret, path, { fileId, ownerId: 'bob', now, lifetimeSeconds }))
  const [tag, code] = [other.signature, signature].map((text) => Buffer.from(text, 'base64url')) as [Buffer, Buffer]
  return Buffer.concat([tag.subarray(0, 16), code.subarray(16)]).toString('base64url')
}

test('a link names the owner of its file', () => {
  const link = { fileId, expires, signature }
  expect(isMintedFor(secret, link, 'alice')).toBe(true)
  expect(isMintedFor(secret, link, 'bob')).toBe(false)
  expect(isMintedFor(secret, { ...link, fileId: 'f2' }, 'alice')).toBe(false)
  expect(isMintedFor(secret, { ...link, signature: '' }, 'alice')).toBe(false)
  expect(isMintedFor(Buffer.alloc(32, 2), link, 'alice')).toBe(false)
})

describe('tampered:', () => {
  test.each([
    ['another file', { fileId: 'f2' }],
    ['a later expiry', { expires: String(Number(expires) + 1) }],
    ['an expiry in another notation', { expires: `${expires}.0` }],
    ['no expiry', { expires: '' }],
    ['no signature', { signature: '' }],
    ['a truncated signature', { signature: signature.slice(0, -1) }],
    ['a signature with a suffix', { signature: `${signature}=` }],
    ['a signature with a space', { signature: `${signature} ` }],
    ['a signature with one more part', { signature: `${signature}.abc` }],
    [
      'a signature with characters that a decoder skips',
      { signature: `${signature.slice(0, 5)}\n${signature.slice(5)}` },
    ],
    ['another letter', { signature: (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1) }],
    ['a separator moved between the parts', { fileId: `f1\n${expires}`, expires: '' }],
    ['the signature of another owner’s tag', { signature: spliced() }],
  ])('%s', (_, change) => expect(verify(change)).toBe('tampered'))

  test('another secret', () => expect(verify({}, Buffer.alloc(32, 2))).toBe('tampered'))

  test('an expired link that was also changed is tampered, not expired', () =>
    expect(verify({ fileId: 'f2', now: later(10 * lifetimeSeconds) })).toBe('tampered'))
})

test('a link is valid until the second before its expiry, and not at its expiry', () => {
  expect(verify({ now: new Date(Number(expires) * 1000 - 1) })).toBe('ok')
  expect(verify({ now: new Date(Number(expires) * 1000) })).toBe('expired')
})

test('the same link is returned for half its lifetime, and every link is valid for at least half of it and at most all of it', () => {
  const links = new Map<string, number>()
  for (let second = 0; second < 4 * lifetimeSeconds; second += 600) {
    const link = mintLink(secret, path, { ...of, now: later(second), lifetimeSeconds })
    links.set(link, (links.get(link) ?? 0) + 1)
    const left = Number(partsOf(link).expires) - later(second).getTime() / 1000
    expect(left).toBeGreaterThan(lifetimeSeconds / 2)
    expect(left).toBeLessThanOrEqual(lifetimeSeconds)
  }
  const whole = [...links.values()].slice(1, -1)
  expect(whole).toEqual(whole.map(() => lifetimeSeconds / 2 / 600))
})

test('a short or odd lifetime is kept exactly', () => {
  for (const lifetimeSeconds of [2, 61]) {
    const link = partsOf(mintLink(secret, path, { ...of, now, lifetimeSeconds }))
    expect(link.expires).toMatch(/^\d+$/)
    const left = Number(link.expires) - now.getTime() / 1000
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(lifetimeSeconds)
  }
})
