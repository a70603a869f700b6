import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { createClient, type Fetch, LongrunProblem } from '../client/index.ts'
import { LongrunProvider } from '../client/react/index.ts'
import { baseUrl } from './address.ts'
import { Nothing } from './components/states.tsx'
import { FeedProvider } from './live/context.tsx'
import { type Feed, openFeed } from './live/feed.ts'
import { sharedFetch } from './live/shared-fetch.ts'
import { fetchWithUploads } from './live/upload-progress.ts'
import { findKey, forgetKey, keepKey, keyName, type SignOutReason, shareKey } from './session.ts'
import { Shell } from './shell.tsx'
import { SignIn } from './sign-in.tsx'

/** `undefined`: not known yet. Without a key nobody has signed in; `reason`: why no longer. */
type Session = { key: string; name: string } | { key: undefined; reason?: SignOutReason } | undefined

export function App() {
  // Without TLS browsers give other machines' pages no locks and no digests, and the key would cross the network in clear text.
  return isSecureContext ? <Sessions /> : <Insecure />
}

function Insecure() {
  return (
    <main className="sign-in">
      <h1>Longrun</h1>
      <Nothing title="The console needs HTTPS, because it sends your API key with each request.">
        <p>
          Open it at the <code>https</code> address of the service, or at <code>http://localhost</code> through a
          tunnel.
        </p>
      </Nothing>
    </main>
  )
}

function Sessions() {
  const [session, setSession] = useState<Session>()
  const begin = async (key: string | undefined) =>
    setSession(key ? { key, name: await keyName(key) } : { key: undefined })

  useEffect(() => {
    void findKey().then(begin)
    return shareKey((reason) => setSession({ key: undefined, reason }))
  }, [])

  if (session === undefined) return null
  if (session.key === undefined) {
    const signIn = (key: string) => {
      keepKey(key)
      void begin(key)
    }
    return <SignIn onSignIn={signIn} isRefused={session.reason === 'refused'} />
  }
  const signOut = (reason: SignOutReason) => {
    forgetKey(reason)
    setSession({ key: undefined, reason })
  }
  return <SignedIn key={session.name} apiKey={session.key} name={session.name} onSignOut={signOut} />
}

type SignedInProps = { apiKey: string; name: string; onSignOut: (reason: SignOutReason) => void }

function SignedIn({ apiKey, name, onSignOut }: SignedInProps) {
  const [feed, setFeed] = useState<Feed>()
  const ending = useRef(onSignOut)
  ending.current = onSignOut
  /** A key that was revoked or has expired ends the session, whatever request finds out. */
  const send = useCallback(async (request: Request) => {
    const response = await fetchWithUploads(request)
    if (response.status === 401) ending.current('refused')
    return response
  }, [])
  useEffect(() => {
    const opened = openFeed(apiKey, name, send)
    setFeed(opened)
    return () => opened.close()
  }, [apiKey, name, send])
  const signOut = () => onSignOut('signedOut')
  return feed ? <Connected apiKey={apiKey} feed={feed} send={send} onSignOut={signOut} /> : null
}

type ConnectedProps = { apiKey: string; feed: Feed; send: Fetch; onSignOut: () => void }

function Connected({ apiKey, feed, send, onSignOut }: ConnectedProps) {
  const longrun = useMemo(() => createClient({ baseUrl, apiKey, fetch: sharedFetch(feed, send) }), [apiKey, feed, send])
  const queries = useMemo(() => createQueries(), [])
  return (
    <QueryClientProvider client={queries}>
      <LongrunProvider client={longrun}>
        <FeedProvider feed={feed}>
          <Shell onSignOut={onSignOut} />
        </FeedProvider>
      </LongrunProvider>
    </QueryClientProvider>
  )
}

/** A refusal is shown at once; the client itself repeats what can succeed later. */
function createQueries(): QueryClient {
  const retry = (failures: number, error: Error) => !(error instanceof LongrunProblem) && failures < 2
  return new QueryClient({ defaultOptions: { queries: { retry, staleTime: 1000, refetchOnWindowFocus: true } } })
}
