import { callers, type HostilePattern, send } from './pattern.ts'

/** The most expensive responses without a credential: large pages that are not compressed for this caller, and paths that do not exist. */
export const pattern: HostilePattern = {
  title: 'loads the documentation, and paths that do not exist, without a credential',
  async prepare({ url }) {
    const page = await send(url, { path: '/docs' })
    const script = /src="([^"]+)"/.exec(page.bytes.toString())?.[1]
    if (script === undefined) throw new Error('the documentation names no script')
    return script
  },
  attack({ url, size, prepared }, control) {
    const paths = [
      prepared as string,
      '/openapi.json',
      '/docs',
      '/problems/NOT_FOUND',
      '/nowhere',
      '/api/v1/operations',
    ]
    let sent = 0
    return callers(
      size === 'full' ? 60 : 20,
      () => send(url, { path: paths[sent++ % paths.length] ?? '', headers: { 'accept-encoding': 'identity' } }),
      control,
    )
  },
  p99Ms: 100,
  async afterwards({ url }) {
    const { status } = await send(url, { path: '/docs' })
    if (status !== 429) throw new Error(`the address is not limited: ${status}`)
    const probe = await send(url, { path: '/readyz' })
    if (probe.status !== 200) throw new Error(`a probe was answered with ${probe.status}`)
  },
}
