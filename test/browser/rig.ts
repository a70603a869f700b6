import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { flakyProxy } from '../client/flaky-proxy.ts'
import { startBrowser } from '../support/browser.ts'
import type { TestService } from '../support/service.ts'

const top = resolve(import.meta.dirname, '../..')
const common = { absWorkingDir: top, bundle: true, format: 'esm', jsx: 'automatic', logLevel: 'warning' } as const

const preact = {
  'react-dom/client': 'preact/compat/client',
  'react/jsx-runtime': 'preact/jsx-runtime',
  'react-dom': 'preact/compat',
  react: 'preact/compat',
}

/** A page as a build tool makes it: one file with all that it imports, React or what takes its place. */
async function bundled(entry: string, alias: Record<string, string>): Promise<string> {
  const define = { 'process.env.NODE_ENV': '"development"' }
  const { outputFiles } = await build({
    ...common,
    entryPoints: [entry],
    platform: 'browser',
    write: false,
    define,
    alias,
  })
  return outputFiles[0]?.text ?? ''
}

/** The module of a page that renders on a server. */
export async function serverModule<M>(entry: string): Promise<M> {
  const folder = await mkdtemp(join(tmpdir(), 'longrun-server-page-'))
  try {
    const outfile = join(folder, 'server.mjs')
    // React for servers is CommonJS, which requires built-in modules.
    const banner = {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    }
    await build({ ...common, entryPoints: [entry], platform: 'node', outfile, banner })
    return await import(pathToFileURL(outfile).href)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A browser in front of the service: a proxy counts requests and open streams, and the pages have the origin of the proxy. */
export async function openRig(service: TestService) {
  const [{ context, ...browser }, proxy] = await Promise.all([startBrowser(), flakyProxy(service.url)])
  const scripts = new Map<string, Promise<string>>()

  /** Opens a page with the entry file as its script. What the page must not do is collected: errors in the console and unhandled rejections. */
  async function open(
    entry: string,
    query: Record<string, string | string[]> = {},
    { html = '', withPreact = false } = {},
  ): Promise<OpenPage> {
    const name = `${entry} ${withPreact}`
    if (!scripts.has(name)) scripts.set(name, bundled(entry, withPreact ? preact : {}))
    const script = await scripts.get(name)
    const page = await context.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text())
    })
    const document = `<!doctype html><html lang="en"><title>Test</title><link rel="icon" href="data:,"><div id="root">${html}</div><script type="module" src="/page.js"></script></html>`
    await page.route('**/page.html?*', (route) => route.fulfill({ contentType: 'text/html', body: document }))
    await page.route('**/page.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script ?? '' }))
    await page.route('**/token', (route) => route.fulfill({ contentType: 'text/plain', body: service.apiKey }))
    const parameters = new URLSearchParams()
    for (const [name, values] of Object.entries({ key: service.apiKey, ...query }))
      for (const value of [values].flat()) parameters.append(name, value)
    // The streams of the previous page have ended.
    await expect.poll(() => proxy.openStreams.size).toBe(0)
    proxy.requests.length = 0
    await page.goto(`${proxy.url}/page.html?${parameters}`)
    const opened = { page, problems }
    onTestFinished(() => page.close())
    return opened
  }

  return {
    proxy,
    open,
    /** The requests of operations and streams since the page was opened. */
    requests: (pattern: RegExp) => proxy.requests.filter(({ method, path }) => pattern.test(`${method} ${path}`)),
    async close() {
      await browser.close()
      await proxy.close()
    },
  }
}

export type OpenPage = { page: Page; problems: string[] }
export type Rig = Awaited<ReturnType<typeof openRig>>

/** The text of the first element, which changes until it matches. */
export function textOf({ page }: OpenPage, selector: string) {
  return expect.poll(() => page.locator(selector).first().textContent({ timeout: 10_000 }))
}
