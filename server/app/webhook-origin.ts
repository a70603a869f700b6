import { isIPv6 } from 'node:net'
import type { Config } from './config.ts'

/**
 * What the links in webhooks begin with: `PUBLIC_URL`, else the address that this process listens on, or would listen on. Never a Host
 * header, because the caller that submits an operation could then choose where its links lead.
 */
export function webhookOrigin(
  { PUBLIC_URL, HOST, PORT }: Pick<Config, 'PUBLIC_URL' | 'HOST' | 'PORT'>,
  listening: string | undefined,
): string {
  if (PUBLIC_URL !== undefined) return PUBLIC_URL
  const url = new URL(listening ?? `http://${isIPv6(HOST) ? `[${HOST}]` : HOST}:${PORT}`)
  // Addresses to listen on, which cannot be connected to everywhere.
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = 'localhost'
  return url.origin
}
