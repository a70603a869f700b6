/**
 * The API key of the session. It is kept in the session storage, which scripts of other origins cannot read and which ends
 * with the tab, and never in a URL. Other tabs of this console share it, so that a link in a new tab needs no second sign-in.
 */
import { baseUrl } from './address.ts'
import { feedLock } from './live/feed.ts'

const name = `longrun-console ${baseUrl}`
/** How long a busy tab may take to answer. */
const answerMs = 5000

/** Why the session has ended: by the button, or because the service has refused the key (401). */
export type SignOutReason = 'signedOut' | 'refused'

type Message = { kind: 'ask' } | { kind: 'key'; key: string } | { kind: 'signOut'; reason: SignOutReason }

const tabs = new BroadcastChannel(name)
const say = (message: Message) => tabs.postMessage(message)

/** Calls `onSignOut` when another tab signs out. */
export function shareKey(onSignOut: (reason: SignOutReason) => void): () => void {
  const hear = ({ data }: MessageEvent<Message>) => {
    const key = sessionStorage.getItem(name)
    if (data.kind === 'ask' && key) say({ kind: 'key', key })
    if (data.kind === 'signOut') {
      sessionStorage.removeItem(name)
      onSignOut(data.reason)
    }
  }
  tabs.addEventListener('message', hear)
  return () => tabs.removeEventListener('message', hear)
}

/** The key of this tab, or else of another tab. */
export async function findKey(): Promise<string | undefined> {
  const known = sessionStorage.getItem(name)
  if (known) return known
  // Where no tab has an event stream, none has a key.
  const { held = [] } = await navigator.locks.query()
  if (!held.some((lock) => lock.name?.startsWith(feedLock))) return undefined
  const answer = Promise.withResolvers<string | undefined>()
  const hear = ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'key') answer.resolve(data.key)
  }
  tabs.addEventListener('message', hear)
  say({ kind: 'ask' })
  setTimeout(() => answer.resolve(undefined), answerMs)
  const key = await answer.promise
  tabs.removeEventListener('message', hear)
  if (key) keepKey(key)
  return key
}

export function keepKey(key: string): void {
  sessionStorage.setItem(name, key)
}

/** Signs out in every tab. */
export function forgetKey(reason: SignOutReason): void {
  sessionStorage.removeItem(name)
  say({ kind: 'signOut', reason })
}

/** A public name of the key: what tabs with the same key share is named by it. */
export async function keyName(key: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${baseUrl} ${key}`))
  return [...new Uint8Array(digest.slice(0, 8))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
