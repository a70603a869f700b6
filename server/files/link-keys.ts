import { type GivenLink, isMintedFor, type Link, mintLink, verifyLink } from './links.ts'

/** A key as it is in the database. */
export type AgedKey = { value: Uint8Array; ageSeconds: number }

export type LinkKeys = {
  /** `path` with expiry and signature, signed with the key in force. */
  mint(path: string, file: Pick<Link, 'fileId' | 'ownerId'>): string
  /** Whether a link is signed with a valid key and has not expired. Does not look up the file. */
  verify(link: GivenLink): Promise<'ok' | 'tampered' | 'expired'>
  /** Whether a verified link was minted for a file of this owner. */
  isMintedFor(link: GivenLink, ownerId: string): boolean
  /** Calls `listener` when there is another key, or one less: links that were minted before may be invalid. */
  onChanged(listener: () => void): void
  close(): void
}

export type LinkKeysOptions = {
  /** All keys, the newest first; at least one. */
  read(): Promise<readonly AgedKey[]>
  /** How long a link is valid. */
  lifetimeSeconds: number
  /** How often the keys are read; default 20,000. A revoked key is refused after that time at the latest. */
  readMs?: number
}

/** The age at which a new key comes into force: by then every process has read it. */
export const settlingSeconds = 60
/** A process may have failed to read the keys some times when the next key came into force. */
const graceSeconds = 60
/** A link with an unknown signature may be signed with a new key, so the keys are read again, at most once in this time. */
const unknownMs = 1000

type Key = { value: Uint8Array; sinceMs: number }

/**
 * The keys that sign links. The newest key in force mints; an older key verifies until the last link that it may have signed has expired.
 * Rejects if the keys cannot be read the first time; if a later read fails, the known keys stay in use.
 */
export async function openLinkKeys({ read, lifetimeSeconds, readMs = 20_000 }: LinkKeysOptions): Promise<LinkKeys> {
  let keys: Key[] = []
  const listeners = new Set<() => void>()
  let reading: Promise<void> | undefined
  let readAtMs = 0

  function refresh(): Promise<void> {
    readAtMs = performance.now()
    reading ??= load().finally(() => {
      reading = undefined
    })
    return reading
  }

  async function load() {
    const found = await read()
    const nowMs = performance.now()
    const before = keys
    keys = found.map(({ value, ageSeconds }) => {
      // The same object each time: `links.ts` caches by it.
      const known = keys.find((key) => Buffer.compare(key.value, value) === 0)
      return { value: known?.value ?? value, sinceMs: nowMs - ageSeconds * 1000 }
    })
    const isSame = keys.length === before.length && keys.every(({ value }, index) => value === before[index]?.value)
    if (!isSame) for (const listener of listeners) listener()
  }

  const inForceMs = ({ sinceMs }: Key) => sinceMs + settlingSeconds * 1000

  function minting(): Uint8Array {
    const nowMs = performance.now()
    const key = keys.find((key) => inForceMs(key) <= nowMs) ?? keys.at(-1)
    if (!key) throw new Error('there is no key for links')
    return key.value
  }

  /** The keys that verify: each until the next one has been in force for as long as a link is valid. */
  function verifying(): Key[] {
    const nowMs = performance.now()
    const lastsMs = (lifetimeSeconds + graceSeconds) * 1000
    return keys.filter((_, index) => {
      const next = keys[index - 1]
      return !next || inForceMs(next) + lastsMs > nowMs
    })
  }

  function verifyWithKnown(link: GivenLink) {
    const now = new Date()
    const results = verifying().map(({ value }) => verifyLink(value, { ...link, now }))
    return results.find((result) => result !== 'tampered') ?? 'tampered'
  }

  await refresh()
  const timer = setInterval(() => void refresh().catch(() => {}), readMs).unref()

  return {
    mint: (path, file) => mintLink(minting(), path, { ...file, now: new Date(), lifetimeSeconds }),
    async verify(link) {
      const first = verifyWithKnown(link)
      if (first !== 'tampered' || performance.now() - readAtMs < unknownMs) return first
      await refresh().catch(() => {})
      return verifyWithKnown(link)
    },
    isMintedFor: (link, ownerId) => verifying().some(({ value }) => isMintedFor(value, link, ownerId)),
    onChanged: (listener) => void listeners.add(listener),
    close: () => clearInterval(timer),
  }
}
