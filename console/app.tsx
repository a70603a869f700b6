import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { createClient, LongrunProblem } from '../client/index.ts'
import { LongrunProvider } from '../client/react/index.ts'
import { baseUrl } from './address.ts'
import { FeedProvider } from './live/context.tsx'
import { type Feed, openFeed } from './live/feed.ts'
import { sharedFetch } from './live/shared-fetch.ts'
import { fetchWithUploads } from './live/upload-progress.ts'
import { findKey, forgetKey, keepKey, keyName, shareKey } from './session.ts'
import { Shell } from './shell.tsx'
import { SignIn } from './sign-in.tsx'

/** `undefined`: not known yet; `null`: nobody has signed in. */
type Session = { key: string; name: string } | null | undefined

export function App() {
  const [session, setSession] = useState<Session>()
  const begin = async (key: string | undefined) => setSession(key ? { key, name: await keyName(key) } : null)

  useEffect(() => {
    void findKey().then(begin)
    return shareKey(() => setSession(null))
  }, [])

  if (session === undefined) return null
  if (session === null) {
    const signIn = (key: string) => {
      keepKey(key)
      void begin(key)
    }
    return <SignIn onSignIn={signIn} />
  }
  const signOut = () => {
    forgetKey()
    setSession(null)
  }
  return <SignedIn key={session.name} apiKey={session.key} name={session.name} onSignOut={signOut} />
}

function SignedIn({ apiKey, name, onSignOut }: { apiKey: string; name: string; onSignOut: () => void }) {
  const [feed, setFeed] = useState<Feed>()
  useEffect(() => {
    const opened = openFeed(apiKey, name)
    setFeed(opened)
    return () => opened.close()
  }, [apiKey, name])
  return feed ? <Connected apiKey={apiKey} feed={feed} onSignOut={onSignOut} /> : null
}

function Connected({ apiKey, feed, onSignOut }: { apiKey: string; feed: Feed; onSignOut: () => void }) {
  const longrun = useMemo(
    () => createClient({ baseUrl, apiKey, fetch: sharedFetch(feed, fetchWithUploads) }),
    [apiKey, feed],
  )
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
