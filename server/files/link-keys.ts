import { type Link, mintLink, verifyLink } from './links.ts'

/** A key as the database holds it. */
export type AgedKey = { value: Uint8Array; ageSeconds: number }

export type LinkKeys = {
  /** `path` with expiry and signature, by the key that is in force. */
  mint(path: string, file: Pick<Link, 'fileId' | 'ownerId'>): string
  /** Whether a link allows a GET of this owner's file now, by any key whose links may still live. */
  verify(link: Given): Promise<'ok' | 'tampered' | 'expired'>
  close(): void
}

type Given = Pick<Link, 'fileId' | 'ownerId'> & { expires: string; signature: string }

export type LinkKeysOptions = {
  /** All keys, the newest first; one at least. */
  read(): Promise<readonly AgedKey[]>
  /** How long a link lives. */
  lifetimeSeconds: number
  /** How often they are read; default 20,000. What has been revoked is refused after that time at the latest. */
  readMs?: number
}

/** A new key is known to every process before one of them mints with it. */
export const settlingSeconds = 60
/** A process may have missed some readings when the next key came into force. */
const graceSeconds = 60
/** What nobody's key has signed may have been signed by a key of this moment: but it costs no more than one reading in a second. */
const unknownMs = 1000

type Key = { value: Uint8Array; sinceMs: number }

/**
 * The keys that sign links, of which any number may be alive: the newest that has settled mints, and an older one verifies until
 * the last link that it may have signed has expired. Rejects when they cannot be read the first time; later it goes on with those it has.
 */
export async function openLinkKeys({ read, lifetimeSeconds, readMs = 20_000 }: LinkKeysOptions): Promise<LinkKeys> {
  let keys: Key[] = []
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
    keys = found.map(({ value, ageSeconds }) => {
      // The same object each time: what is derived from it is remembered.
      const known = keys.find((key) => Buffer.compare(key.value, value) === 0)
      return { value: known?.value ?? value, sinceMs: nowMs - ageSeconds * 1000 }
    })
  }

  const inForceMs = ({ sinceMs }: Key) => sinceMs + settlingSeconds * 1000

  function minting(): Uint8Array {
    const nowMs = performance.now()
    const key = keys.find((key) => inForceMs(key) <= nowMs) ?? keys.at(-1)
    if (!key) throw new Error('there is no key for links')
    return key.value
  }

  /** Those whose links may live: each until the one after it has been in force for as long as a link lives. */
  function living(): Key[] {
    const nowMs = performance.now()
    const lastsMs = (lifetimeSeconds + graceSeconds) * 1000
    return keys.filter((_, index) => {
      const next = keys[index - 1]
      return !next || inForceMs(next) + lastsMs > nowMs
    })
  }

  function verdict(link: Given) {
    const now = new Date()
    const verdicts = living().map(({ value }) => verifyLink(value, { ...link, now }))
    return verdicts.find((one) => one !== 'tampered') ?? 'tampered'
  }

  await refresh()
  const timer = setInterval(() => void refresh().catch(() => {}), readMs).unref()

  return {
    mint: (path, file) => mintLink(minting(), path, { ...file, now: new Date(), lifetimeSeconds }),
    async verify(link) {
      const first = verdict(link)
      if (first !== 'tampered' || performance.now() - readAtMs < unknownMs) return first
      await refresh().catch(() => {})
      return verdict(link)
    },
    close: () => clearInterval(timer),
  }
}
