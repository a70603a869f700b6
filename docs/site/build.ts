/**
 * Builds the documentation into `dist/docs`: `guides.json` with the pages of `/docs/guides`, `search.js` with their index, and `api.html` and
 * `api.js`, which are the page at `/docs`. `npm run build` runs it, also where the development dependencies are not installed.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

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
  const { buildApiPage } = await import('./api-page.ts')
  const { html, script, scriptHash, diagrams } = buildApiPage()
  writeFileSync(join(dist, 'api.html'), html)
  writeFileSync(join(dist, 'api.json'), JSON.stringify({ scriptHash, diagrams }))
  writeScript(join(dist, 'api.js'), script)
  // The script contains the renderer and its parts.
  const renderer = dirname(require.resolve('@redocly/cli/package.json'))
  const licences = ['LICENSE', 'THIRD_PARTY_NOTICES'].map((name) => readFileSync(join(renderer, name), 'utf8'))
  writeFileSync(join(dist, 'api.js.LICENSE.txt'), licences.join('\n\n'))
}

/** Writes a script for each content coding. Compressing takes seconds, so it is done for a new version only. */
function writeScript(file: string, text: string) {
  const files = [file, `${file}.gz`, `${file}.br`]
  if (files.every((name) => existsSync(name)) && readFileSync(file, 'utf8') === text) return
  writeFileSync(`${file}.gz`, gzipSync(text, { level: constants.Z_BEST_COMPRESSION }))
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text), [constants.BROTLI_PARAM_QUALITY]: 9 }
  writeFileSync(`${file}.br`, brotliCompressSync(text, { params }))
  writeFileSync(file, text)
}
