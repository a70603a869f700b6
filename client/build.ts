/**
 * Builds the package `@longrun/client` into `client/dist`: one JavaScript file per entry point with shared chunks, and declarations
 * with the types of the contract. `npm run build` and `npm pack` run it.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const folder = import.meta.dirname
const dist = join(folder, 'dist')
const { resolve } = createRequire(import.meta.url)

/** The entry points that are imported, by the name of the built file. */
const modules = present({ index: 'index.ts', react: 'react/index.ts' })
/** The entry points that are run. Each is one file that contains its dependencies, so that the package needs none of them. */
const programs = present({ cli: 'cli/main.ts' })

// An installation without development dependencies runs the service only.
if (isInstalled('esbuild')) await buildPackage()

async function buildPackage() {
  const { build } = await import('esbuild')
  rmSync(dist, { recursive: true, force: true })
  const common = { absWorkingDir: folder, outdir: 'dist', bundle: true, format: 'esm', logLevel: 'warning' } as const
  await build({
    ...common,
    entryPoints: modules,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'neutral',
    target: 'es2022',
    external: ['react', 'openapi-fetch'],
    sourcemap: 'linked',
  })
  await build({
    ...common,
    entryPoints: programs,
    platform: 'node',
    target: 'node20',
    minify: true,
    // CommonJS packages in an ES module need `require`.
    banner: {
      js: "import { createRequire as createRequireOf } from 'node:module'; const require = createRequireOf(import.meta.url);",
    },
  })
  execFileSync(
    process.execPath,
    [join(resolve('@typescript/native/package.json'), '../bin/tsc'), '--project', join(folder, 'tsconfig.json')],
    {
      stdio: 'inherit',
    },
  )
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.d.ts')) importBuilt(join(dist, file))
  }
}

/** Declarations import the files of the package by the extension that a published module has. */
function importBuilt(file: string) {
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replaceAll(/(from |import\()(['"])(\.{1,2}\/[^'"]+)\.ts\2/g, '$1$2$3.js$2'),
  )
}

function present(entries: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(join(folder, file))))
}

function isInstalled(name: string): boolean {
  try {
    resolve(name)
    return true
  } catch {
    return false
  }
}
