import { createClient, type Longrun } from '../index.ts'
import { CredentialError, UsageError } from './exit-code.ts'
import { createOutput, type Output } from './output.ts'
import { readProfiles } from './profiles.ts'

/** The options of every command. */
export type GlobalOptions = { url?: string; profile?: string; json?: boolean; timeout?: number }

/** What a command works with. */
export type Session = { longrun: Longrun; output: Output; timeoutMs: number | undefined }

const defaultUrl = 'http://localhost:8080'

/** The client for the options, the environment or the profile, in this order. */
export function openSession(options: GlobalOptions): Session {
  const { url, apiKey } = target(options)
  const timeoutMs = options.timeout === undefined ? undefined : options.timeout * 1000
  return { longrun: createClient({ baseUrl: url, apiKey }), output: createOutput(options), timeoutMs }
}

function target({ url, profile }: GlobalOptions): { url: string; apiKey: string } {
  const { LONGRUN_URL, LONGRUN_API_KEY } = process.env
  const known = readProfiles()
  const name = profile ?? (LONGRUN_API_KEY || LONGRUN_URL ? undefined : known.current)
  const chosen = name === undefined ? undefined : known.profiles[name]
  if (profile !== undefined && !chosen)
    throw new UsageError(`There is no profile ${profile}. Create it with: longrun profile set ${profile} --url URL`)
  if (url !== undefined && chosen && new URL(checkedUrl(url)).origin !== new URL(chosen.url).origin)
    throw new CredentialError(
      `The key of the profile ${name} is for ${chosen.url}. Set LONGRUN_API_KEY to the key for ${url}, without --profile.`,
    )
  const apiKey = chosen?.apiKey ?? LONGRUN_API_KEY
  if (!apiKey)
    throw new CredentialError(
      'There is no API key. Set LONGRUN_API_KEY, or create a profile with: longrun profile set NAME --url URL',
    )
  return { url: checkedUrl(url ?? chosen?.url ?? (LONGRUN_URL || defaultUrl)), apiKey }
}

export function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UsageError(`${text} is not the URL of a service. Write it as https://longrun.example.com`)
  return text
}
