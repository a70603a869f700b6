/**
 * Builds the pages of `/docs/guides` into `dist/docs`: `guides.json` with their content, and `search.js` with the index. `npm run build` runs
 * it, also where the development dependencies are not installed.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const dist = resolve(import.meta.dirname, '../../dist/docs')
const require = createRequire(import.meta.url)

function isInstalled(name: string): boolean {
  try {
    require.resolve(name)
    return true
  } catch {
    return false
  }
}

if (isInstalled('minisearch') && isInstalled('marked')) {
  const { readPages } = await import('./pages.ts')
  const { render } = await import('./render.ts')
  const { buildIndex } = await import('./search.ts')
  const { build } = await import('esbuild')
  const pages = readPages()
  const rendered = pages.map((page) => ({ ...render(page, pages), isGuide: page.isGuide }))
  mkdirSync(dist, { recursive: true })
  const served = rendered.map(({ name, title, html }) => ({ name, title, html }))
  writeFileSync(join(dist, 'guides.json'), JSON.stringify(served))
  // The index page lists the others, so that it would be found for everything.
  const searched = rendered.filter(({ name }) => name !== 'index')
  await build({
    entryPoints: [join(import.meta.dirname, 'search-page.ts')],
    outfile: join(dist, 'search.js'),
    define: { searchIndex: JSON.stringify(buildIndex(searched)) },
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    logLevel: 'warning',
  })
}
