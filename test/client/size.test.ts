import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'
import { expect, it } from 'vitest'

const top = resolve(import.meta.dirname, '../..')

async function bundle(code: string, plugins: Plugin[] = []) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: top, loader: 'ts' },
    absWorkingDir: top,
    outdir: 'out',
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['react'],
    write: false,
    plugins,
  })
  return {
    sizes: new Map(outputFiles.map(({ path, contents }) => [path.slice(top.length + 1), gzipSync(contents).length])),
  }
}

/** Bytes, gzipped, of the code that a page loads before it calls anything: one file, as bundlers make it of what is imported statically. */
async function loadedBytes(code: string): Promise<number> {
  const { sizes } = await bundle(code, [
    {
      name: 'loaded-later',
      setup({ onResolve }) {
        onResolve({ filter: /./ }, ({ kind, path }) =>
          kind === 'dynamic-import' ? { path, external: true } : undefined,
        )
      },
    },
  ])
  return sizes.get('out/stdin.js') ?? Number.NaN
}

/** Bytes, gzipped, in one file, with all that is otherwise loaded at its first use. */
async function wholeBytes(code: string): Promise<number> {
  const { sizes } = await bundle(code)
  return sizes.get('out/stdin.js') ?? Number.NaN
}

const client = "'./client/index.ts'"

const kilobyte = 1024

it('the core has at most 8 KB, and 16.5 KB with all that is otherwise loaded at its first use', async () => {
  const code = `export { createClient } from ${client}`
  expect(await loadedBytes(code)).toBeLessThanOrEqual(8 * kilobyte)
  expect(await wholeBytes(code)).toBeLessThanOrEqual(16.5 * kilobyte)
})

it.each([
  { names: 'verifyWebhook', most: 1600 },
  { names: 'OperationFailed', most: 400 },
])('a bundle that imports $names has at most $most bytes', async ({ names, most }) => {
  expect(await wholeBytes(`export { ${names} } from ${client}`)).toBeLessThanOrEqual(most)
})

it('the React hooks have at most 2 KB more than the core', async () => {
  const core = await loadedBytes(`export { createClient } from ${client}`)
  const both = `export { createClient } from ${client}; export * from './client/react/index.ts'`
  expect((await loadedBytes(both)) - core).toBeLessThanOrEqual(2 * kilobyte)
})
