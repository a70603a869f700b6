import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

const top = resolve(import.meta.dirname, '../..')

async function bundle(code: string, splitting: boolean) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: top, loader: 'ts' },
    absWorkingDir: top,
    outdir: 'out',
    bundle: true,
    minify: true,
    splitting,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    metafile: true,
  })
  const sizes = new Map(
    outputFiles.map(({ path, contents }) => [path.slice(top.length + 1), gzipSync(contents).length]),
  )
  return { sizes, outputs: metafile.outputs }
}

/** Bytes, gzipped, that a page loads before it calls anything. */
async function loadedBytes(code: string): Promise<number> {
  const { sizes, outputs } = await bundle(code, true)
  const loaded = new Set<string>()
  function load(file: string) {
    if (loaded.has(file)) return
    loaded.add(file)
    for (const { path, kind } of outputs[file]?.imports ?? []) if (kind === 'import-statement') load(path)
  }
  load('out/stdin.js')
  return [...loaded].reduce((total, file) => total + (sizes.get(file) ?? 0), 0)
}

/** Bytes, gzipped, in one file, with all that is otherwise loaded at its first use. */
async function wholeBytes(code: string): Promise<number> {
  const { sizes } = await bundle(code, false)
  return sizes.get('out/stdin.js') ?? Number.NaN
}

const client = "'./client/index.ts'"

it('the core has at most 8,000 bytes, and 9,500 with downloads and uploads', async () => {
  const code = `export { createClient } from ${client}`
  expect(await loadedBytes(code)).toBeLessThanOrEqual(8000)
  expect(await wholeBytes(code)).toBeLessThanOrEqual(9500)
})

it.each([
  { names: 'verifyWebhook', most: 1600 },
  { names: 'OperationFailed', most: 400 },
  { names: 'createClient, batch, batchCreate, schedules', most: 10_500 },
])('a bundle that imports $names has at most $most bytes', async ({ names, most }) => {
  expect(await wholeBytes(`export { ${names} } from ${client}`)).toBeLessThanOrEqual(most)
})
