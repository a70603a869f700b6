import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The folder of package.json, for the sources and for the bundle in `dist/` alike. */
export const packageRoot = findRoot(import.meta.dirname)

/** Files that are started as a process or a thread, or loaded by one: the sources, and the bundles of the same name in `dist/server`. */
export const entryPoints = {
  main: 'server/main.ts',
  executor: 'server/engine/executor/child/main.ts',
  handlers: 'server/handlers/registry.ts',
  'lease-thread': 'server/engine/lease/thread.ts',
  keys: 'server/scripts/keys.ts',
  'rotate-link-keys': 'server/scripts/rotate-link-keys.ts',
  migrate: 'server/scripts/migrate.ts',
  seed: 'server/scripts/seed.ts',
} as const

/** The file of an entry point that belongs to the module `of`: a TypeScript source, or a file of the bundle that `of` is in. */
export function entryPoint(name: keyof typeof entryPoints, of = import.meta.url): URL {
  return of.endsWith('.ts') ? pathToFileURL(join(packageRoot, entryPoints[name])) : new URL(`${name}.js`, of)
}

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('Longrun must be run from its package: no package.json above this file')
  return findRoot(parent)
}
