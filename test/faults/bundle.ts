import { existsSync } from 'node:fs'
import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'esbuild'
import { packageRoot } from '../../server/lib/package.ts'
import { bundleServer } from '../../server/scripts/bundle.ts'
import { type Edit, edited } from './edits.ts'
import { failpoints } from './failpoints.ts'
import { mutants } from './mutants.ts'

/** Entry points of the fault tests, beside those of the server. */
const testEntries = {
  'faults-worker': 'test/faults/worker.ts',
  'faults-handlers': 'test/faults/handlers.ts',
  'faults-migrating': 'test/faults/migrating.ts',
} as const

export type Entry = 'main' | keyof typeof testEntries

/** Where the test process `pid` has its bundles. The run removes the folder when it ends. */
export const bundleFolder = (runnerPid: number) => `dist/faults-${runnerPid}`

const bundles = new Map<string, Promise<string>>()

/** The file of `entry` in a bundle of the server with the named mutants and failpoints. A test run makes each bundle once. */
export async function editedEntry(entry: Entry, names: readonly string[]): Promise<string> {
  const key = names.toSorted().join('+')
  const bundle = bundles.get(key) ?? made(key, names)
  bundles.set(key, bundle)
  return join(await bundle, `${entry}.js`)
}

/** Another test process may make the same bundle at the same time. Only the first of them is used, and a part of one never is. */
async function made(key: string, names: readonly string[]): Promise<string> {
  const folder = bundleFolder(process.ppid)
  const outdir = join(packageRoot, folder, `edited-${key}`)
  if (existsSync(outdir)) return outdir
  const making = `${folder}/${process.pid}-${key}`
  await bundleServer(making, testEntries, { plugins: [edit(names)], sourceMaps: false })
  await rename(join(packageRoot, making), outdir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
  return outdir
}

/** Applies the edits to the sources. Fails the build when the file of an edit is not part of it. */
function edit(names: readonly string[]): Plugin {
  const edits = names.map(findEdit)
  const unused = new Set(edits)
  return {
    name: 'edit',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const mine = edits.filter(({ file }) => join(packageRoot, file) === path)
        if (mine.length === 0) return undefined
        for (const one of mine) unused.delete(one)
        return { contents: mine.reduce(edited, await readFile(path, 'utf8')), loader: 'ts' }
      })
      build.onEnd(() => ({
        errors: [...unused].map(({ name, file }) => ({ text: `${name}: ${file} is not part of the server` })),
      }))
    },
  }
}

function findEdit(name: string): Edit {
  const found = [...mutants, ...failpoints].find((known) => known.name === name)
  if (!found) throw new Error(`there is no mutant or failpoint ${name}`)
  return found
}
