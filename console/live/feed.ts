/**
 * All events of the owner, by one stream per browser: the tabs elect a leader (Web Locks), which opens the stream and sends the events to the
 * others (BroadcastChannel). More streams than six would use up the connections of a browser to an HTTP/1.1 origin.
 */
import { createClient, type Fetch, type OwnedEvent } from '../../client/index.ts'
import { baseUrl } from '../address.ts'

/** `lost`: the stream cannot be opened at present. */
export type FeedState = 'connecting' | 'live' | 'lost'

export type FeedListener = {
  onEvents?: (events: readonly OwnedEvent[]) => void
  onState?: (state: FeedState) => void
  /** Events may have been missed: read again what is shown. */
  onGap?: () => void
}

export type Feed = {
  state(): FeedState
  /** The cursor of the last event. */
  cursor(): string | undefined
  subscribe(listener: FeedListener): () => void
  close(): void
}

type Message =
  | { kind: 'state'; state: FeedState }
  | { kind: 'events'; events: OwnedEvent[] }
  | { kind: 'gap' }
  | { kind: 'ask' }

/** The leader holds the lock of this name and the name of its key. */
export const feedLock = 'longrun-feed '

/** Events are sent together, so that a hundred a second are not a hundred tasks of each tab. */
const batchMs = 50
const retryMs = 2000

/** `name`: what tabs with the same key share. `send` sends the request of the stream. */
export function openFeed(apiKey: string, name: string, send: Fetch): Feed {
  const listeners = new Set<FeedListener>()
  const channel = new BroadcastChannel(`longrun-feed ${name}`)
  const closing = new AbortController()
  let state: FeedState = 'connecting'
  let cursor: string | undefined
  let isLeader = false

  function take(message: Message) {
    if (message.kind === 'events') {
      cursor = message.events.at(-1)?.cursor ?? cursor
      for (const { onEvents } of listeners) onEvents?.(message.events)
    } else if (message.kind === 'gap') {
      for (const { onGap } of listeners) onGap?.()
    } else if (message.kind === 'state' && message.state !== state) {
      state = message.state
      for (const { onState } of listeners) onState?.(state)
    } else if (message.kind === 'ask' && isLeader) {
      channel.postMessage({ kind: 'state', state } satisfies Message)
    }
  }
  channel.onmessage = ({ data }: MessageEvent<Message>) => take(data)

  function share(message: Message) {
    if (closing.signal.aborted) return
    channel.postMessage(message)
    take(message)
  }

  /** Opens the stream again and again. After the death of another leader it continues at the last known event. */
  async function lead(): Promise<void> {
    isLeader = true
    const { signal } = closing
    while (!signal.aborted) {
      const error: unknown = await receive(signal).catch((error: unknown) => error)
      if (signal.aborted) return
      share({ kind: 'state', state: 'lost' })
      const { code } = error as { code?: string }
      // The scopes of a key never change, so another request would be refused as well.
      if (code === 'INSUFFICIENT_SCOPE')
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
      // A cursor that is too old: what happened meanwhile is read.
      if (code === 'CURSOR_GONE') cursor = undefined
      else await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }

  async function receive(signal: AbortSignal): Promise<void> {
    const observed = async (request: Request) => {
      share({ kind: 'state', state: 'connecting' })
      const response = await send(request).catch((error: unknown) => {
        share({ kind: 'state', state: 'lost' })
        throw error
      })
      share({ kind: 'state', state: response.ok ? 'live' : 'lost' })
      // Only now: a read before the stream is open would miss what happens between the two.
      if (response.ok && !request.headers.has('last-event-id')) share({ kind: 'gap' })
      return response
    }
    const longrun = createClient({ baseUrl, apiKey, fetch: observed })
    let batch: OwnedEvent[] = []
    for await (const event of longrun.events({}, { signal, ...(cursor !== undefined && { after: cursor }) })) {
      batch.push(event)
      if (batch.length > 1) continue
      setTimeout(() => {
        const events = batch
        batch = []
        share({ kind: 'events', events })
      }, batchMs)
    }
  }

  navigator.locks.request(`${feedLock}${name}`, { signal: closing.signal }, lead).catch(() => {})
  channel.postMessage({ kind: 'ask' } satisfies Message)

  return {
    state: () => state,
    cursor: () => cursor,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      closing.abort()
      listeners.clear()
      channel.close()
    },
  }
}
