import { isSameHost } from '../request/handshake.ts'

const names = ['location', 'content-location', 'operation-location'] as const

/**
 * Makes `Location`, `Content-Location` and `Operation-Location` path-absolute in the response to a request for another host than the public one: a client that
 * follows a redirect to another host drops its credential. Not where the public URL has a path, which only the proxy in front knows.
 */
export function locate(publicUrl: string, headers: Record<string, string>, host: string | undefined) {
  if (publicUrl === '' || new URL(publicUrl).pathname !== '/' || isSameHost(publicUrl, host ?? null)) return
  for (const name of names) {
    const url = headers[name]
    if (url?.startsWith(`${publicUrl}/`)) headers[name] = url.slice(publicUrl.length)
  }
}
