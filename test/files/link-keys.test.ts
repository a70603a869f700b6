import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type AgedKey, type LinkKeys, openLinkKeys, settlingSeconds } from '../../server/files/link-keys.ts'
import { mintLink, verifyLink } from '../../server/files/links.ts'

const key = (byte: number, ageSeconds: number): AgedKey => ({ value: Buffer.alloc(32, byte), ageSeconds })
const file = { fileId: 'f1', ownerId: 'alice' }
const path = '/api/v1/files/file_f1'
const day = 86_400

/** Keys as they are read at this moment; `read` can be changed later. */
async function open(keys: AgedKey[], lifetimeSeconds = day) {
  const read = vi.fn(async () => keys)
  const opened = await openLinkKeys({ read, lifetimeSeconds, readMs: day * 1000 })
  onTestFinished(() => opened.close())
  return { ...opened, read }
}

function partsOf(link: string) {
  const { searchParams } = new URL(link, 'http://x')
  return { expires: searchParams.get('expires') ?? '', signature: searchParams.get('signature') ?? '' }
}

/** The key that signed the link. */
function signerOf(link: string, bytes: number[]): number | undefined {
  const parts = { ...file, ...partsOf(link), now: new Date() }
  return bytes.find((byte) => verifyLink(Buffer.alloc(32, byte), parts) === 'ok')
}

describe('the key that signs new links is', () => {
  test.each([
    ['the only key, however new', [key(1, 0)], 1],
    ['the old key, until the new one has settled', [key(2, settlingSeconds - 5), key(1, 1000)], 1],
    ['the new key once it has settled', [key(2, settlingSeconds + 1), key(1, 1000)], 2],
    ['the newest settled key', [key(3, 5), key(2, 500), key(1, 1000)], 2],
    ['the oldest of several new keys', [key(2, 3), key(1, 5)], 1],
  ])('%s', async (_, keys, minter) => {
    const { mint } = await open(keys)
    expect(signerOf(mint(path, file), [1, 2, 3])).toBe(minter)
  })
})

test('listeners are notified when a key was added or deleted, and not when the same keys were read', async () => {
  const keys = [key(1, 1000)]
  const { read, verify, onChanged } = await open(keys)
  const listener = vi.fn()
  onChanged(listener)
  const unknown = {
    ...file,
    ...partsOf(mintLink(key(9, 0).value, path, { ...file, now: new Date(), lifetimeSeconds: day })),
  }
  const clock = vi.spyOn(performance, 'now')
  onTestFinished(() => clock.mockRestore())
  const calls: number[] = []
  for (const next of [keys, [key(2, 0), ...keys], [key(2, 0), ...keys], [key(2, 0)]]) {
    read.mockResolvedValueOnce(next)
    // Keys are read again for an unknown signature, at most once a second.
    clock.mockReturnValue(performance.now() + 2000)
    await verify(unknown)
    calls.push(listener.mock.calls.length)
  }
  expect(calls).toEqual([0, 1, 1, 2])
})

describe('links are verified with', () => {
  const minted = mintLink(key(1, 0).value, path, { ...file, now: new Date(), lifetimeSeconds: day })
  const link = { ...file, ...partsOf(minted) }

  test.each([
    ['a key that is used later', [key(1, 0), key(2, 1000)], 'ok'],
    ['a key that was replaced', [key(2, 1000), key(1, 5000)], 'ok'],
    [
      'a key that was replaced just less than a link lifetime ago',
      [key(2, day + settlingSeconds), key(1, 2 * day)],
      'ok',
    ],
    ['no key whose last link has expired', [key(2, day + settlingSeconds + 70), key(1, 3 * day)], 'tampered'],
    ['no deleted key', [key(2, 1000)], 'tampered'],
    ['several generations', [key(4, 10), key(3, 500), key(2, 1000), key(1, 5000)], 'ok'],
  ] as const)('%s', async (_, keys, expected) => {
    const { verify } = await open([...keys])
    expect(await verify(link)).toBe(expected)
  })
})

test('a signature of an unknown key makes the process read the keys, at most once a second', async () => {
  const keys = [key(1, 1000)]
  const opened = await open(keys)
  const other = await open([key(2, 1000)])
  const link = { ...file, ...partsOf(other.mint(path, file)) }
  expect(await opened.verify(link)).toBe('tampered')
  expect(opened.read).toHaveBeenCalledTimes(1)
  keys.unshift(key(2, 0))
  await expect.poll(() => opened.verify(link)).toBe('ok')
  expect(opened.read).toHaveBeenCalledTimes(2)
})

test('keys in memory stay in use while they cannot be read', async () => {
  const { mint, verify, read } = await open([key(1, 1000)])
  const link = { ...file, ...partsOf(mint(path, file)) }
  read.mockRejectedValue(new Error('away'))
  await expect.poll(() => verify({ ...link, signature: 'x' }).then(() => read.mock.calls.length)).toBe(2)
  expect(await verify(link)).toBe('ok')
})

describe('a link is valid for its file, owner and expiry only:', () => {
  let keys: LinkKeys
  beforeAll(async () => {
    const read = async () => [key(2, 1000), key(1, 5000)]
    keys = await openLinkKeys({ read, lifetimeSeconds: day })
  })
  afterAll(() => keys.close())
  const text = fc.string({ minLength: 1, maxLength: 40 })
  const minted = fc
    .record({ fileId: fc.uuid(), ownerId: text })
    .map((file) => ({ file, link: partsOf(keys.mint(path, file)) }))

  test('an unchanged link is valid', () =>
    fc.assert(
      fc.asyncProperty(minted, async ({ file, link }) => {
        expect(await keys.verify({ ...file, ...link })).toBe('ok')
      }),
    ))

  test('another file or expiry is refused', () =>
    fc.assert(
      fc.asyncProperty(
        minted,
        fc.record({ fileId: fc.uuid(), expires: fc.nat().map(String) }, { requiredKeys: [] }),
        async ({ file, link }, change) => {
          const parts = { ...file, ...link, ...change }
          fc.pre(parts.fileId !== file.fileId || parts.expires !== link.expires)
          expect(await keys.verify(parts)).toBe('tampered')
        },
      ),
    ))

  test('another owner is refused', () =>
    fc.assert(
      fc.asyncProperty(minted, text, async ({ file, link }, ownerId) => {
        expect(keys.isMintedFor({ ...file, ...link }, ownerId)).toBe(ownerId === file.ownerId)
      }),
    ))

  test('a signature with a changed, removed or added character is refused', () =>
    fc.assert(
      fc.asyncProperty(minted, fc.nat(63), fc.nat(2), fc.string({ maxLength: 2 }), async (one, at, cut, put) => {
        const { signature } = one.link
        const changed = signature.slice(0, at) + put + signature.slice(at + cut)
        fc.pre(changed !== signature)
        expect(await keys.verify({ ...one.file, ...one.link, signature: changed })).toBe('tampered')
      }),
    ))

  test('characters moved between two parts are refused', () =>
    fc.assert(
      fc.asyncProperty(minted, async ({ file, link }) => {
        const moved = { fileId: `${file.fileId}\n${link.expires}`, expires: '', signature: link.signature }
        expect(await keys.verify(moved)).toBe('tampered')
      }),
    ))
})
