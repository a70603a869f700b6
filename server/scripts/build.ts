/**
 * `npm run build`, which `npm ci` runs too: applies `patches/` to the installed packages, bundles the server, its executors and scripts into
 * `dist/server`. It needs the development dependencies. An installation without them uses the `dist/` of an installation that has them.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { packageRoot } from '../lib/package.ts'

const dist = join(packageRoot, 'dist')
const { resolve } = createRequire(import.meta.url)

if (isInstalled('esbuild')) {
  applyPatches()
  const { bundleServer } = await import('./bundle.ts')
  await bundleServer()
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
