import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createClient } from '../../index.ts'
import { LongrunProvider } from '../../react/index.ts'
import { ReportPage } from './report-page.tsx'

/** The server of the page signs its users in and returns a short-lived token of the service. An API key must not be in a page. */
async function token(): Promise<string> {
  const response = await fetch('/token', { method: 'POST' })
  if (!response.ok) throw new Error('Sign in again.')
  return response.text()
}

const longrun = createClient({ baseUrl: location.origin, apiKey: token })

createRoot(document.querySelector('#root') as Element).render(
  <StrictMode>
    <LongrunProvider client={longrun}>
      <ReportPage />
    </LongrunProvider>
  </StrictMode>,
)
