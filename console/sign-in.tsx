import { type FormEvent, useState } from 'react'
import { createClient } from '../client/index.ts'
import { baseUrl } from './address.ts'
import { Failure } from './components/states.tsx'
import { href, navigate } from './router.ts'

type Props = {
  onSignIn: (key: string) => void
  /** The service has refused the key that was used until now. */
  isRefused?: boolean
}

/** Asks for an API key, and checks it by a read before it is used. */
export function SignIn({ onSignIn, isRefused = false }: Props) {
  const [key, setKey] = useState('')
  const [error, setError] = useState<Error>()
  const [isChecking, setIsChecking] = useState(false)

  async function check(event: FormEvent) {
    event.preventDefault()
    setIsChecking(true)
    setError(undefined)
    const apiKey = key.trim()
    try {
      const { api } = createClient({ baseUrl, apiKey })
      const { error } = await api.GET('/operations', { params: { query: { pageSize: 1 } } })
      if (error) {
        // A key may be for keys and the audit log only.
        if (error.code !== 'INSUFFICIENT_SCOPE' || (await api.GET('/keys')).error) throw error
        navigate(href('keys'))
      }
      onSignIn(apiKey)
    } catch (error) {
      setError(error as Error)
    } finally {
      setIsChecking(false)
    }
  }

  return (
    <main className="sign-in">
      <h1>Longrun</h1>
      {isRefused && !error && (
        <section className="panel failure" role="alert">
          <p>
            <strong>The session has ended.</strong> The service no longer accepts the API key: it was revoked or has
            expired. Sign in with another key.
          </p>
        </section>
      )}
      <form onSubmit={(event) => void check(event)} className="panel stack">
        <label htmlFor="key">API key</label>
        {/* Not in the DOM's form data: no form is ever sent. */}
        <input
          id="key"
          type="password"
          autoComplete="off"
          required
          value={key}
          onInput={(event) => setKey(event.currentTarget.value)}
        />
        <button type="submit" className="primary" disabled={isChecking}>
          {isChecking ? 'Checking…' : 'Sign in'}
        </button>
        {error && <Failure error={error} />}
        <p className="quiet">
          The key of a development machine is in <code>.data/development-key</code>. The key stays in this browser until
          you sign out or close the last tab.
        </p>
      </form>
    </main>
  )
}
