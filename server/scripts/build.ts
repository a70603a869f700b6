/**
 * `npm run build`, which `npm ci` runs too: applies `patches/` to the installed packages, bundles the server, its executors and scripts into
 * `dist/server`, and writes the script of the documentation page to `dist/docs`. It needs the development dependencies. An installation
 * without them uses the `dist/` of an installation that has them.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { scriptFile } from '../http/resources/documentation.ts'
import { packageRoot } from '../lib/package.ts'

const dist = join(packageRoot, 'dist')
const { resolve } = createRequire(import.meta.url)

if (isInstalled('esbuild')) {
  applyPatches()
  const { bundleServer } = await import('./bundle.ts')
  await bundleServer()
  writeDocsScript(resolve('redoc/bundles/redoc.standalone.js'))
} else if (!existsSync(join(dist, 'server/main.js'))) {
  process.stderr.write(
    'dist/ is missing, and the development dependencies that build it are not installed. Copy dist/ from an installation that has them (npm ci builds it). The service does not start without it.\n',
  )
}

function isInstalled(name: string): boolean {
  try {
    resolve(name)
    return true
  } catch {
    return false
  }
}

function applyPatches() {
  const { status } = spawnSync(process.execPath, [resolve('patch-package/index.js'), '--error-on-fail'], {
    cwd: packageRoot,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) process.exit(1)
}

/** Compressing takes seconds, so it is done for a new version only. */
function writeDocsScript(bundle: string) {
  const written = scriptFile('identity')
  if (existsSync(written) && statSync(written).mtimeMs >= statSync(bundle).mtimeMs) return
  const script = readFileSync(bundle)
  mkdirSync(dirname(written), { recursive: true })
  writeFileSync(scriptFile('gzip'), gzipSync(script, { level: constants.Z_BEST_COMPRESSION }))
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: script.length }
  writeFileSync(scriptFile('br'), brotliCompressSync(script, { params }))
  copyFileSync(`${bundle}.LICENSE.txt`, `${written}.LICENSE.txt`)
  writeFileSync(written, script)
}
