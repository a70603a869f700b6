import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { transformSync } from 'esbuild'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'

const run = promisify(execFile)
const top = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'longrun-package-'))
const project = join(folder, 'project')
const installed = join(project, 'node_modules/@longrun/client')

/** A compiler reads the whole contract, and other tests may run meanwhile. */
const compileTimeoutMs = 300_000

/** Which the package depends on, directly or not. */
const dependencies = ['openapi-fetch', 'openapi-typescript-helpers']

type Packed = { filename: string; files: { path: string }[]; unpackedSize: number }
let packed: Packed
/** The package and what it depends on. */
let tarballs: string[]
let service: TestService
beforeAll(async () => {
  const options = [
    '--workspace',
    '@longrun/client',
    '--pack-destination',
    folder,
    '--json',
    '--foreground-scripts=false',
  ]
  const { stdout } = await run('npm', ['pack', ...options], { cwd: top })
  ;[packed] = JSON.parse(stdout) as [Packed]
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'partner', private: true, type: 'module' }))
  // With what it depends on, as it is installed here: nothing is requested from a registry.
  const others = dependencies.map((name) => join(top, 'node_modules', name))
  const { stdout: names } = await run('npm', ['pack', ...others, '--pack-destination', folder, '--ignore-scripts'], {
    cwd: top,
  })
  tarballs = [packed.filename, ...names.trim().split('\n')].map((name) => join(folder, name))
  await run('npm', ['install', '--offline', '--no-audit', ...tarballs], { cwd: project })
  service = await startTestService()
})
afterAll(async () => {
  await service.close()
  rmSync(folder, { recursive: true })
})

/** The code of the README, in the order of its sections. */
const snippets = [...readFileSync(join(top, 'client/README.md'), 'utf8').matchAll(/```(tsx?)\n(.*?)```/gs)].map(
  ([, language = '', code = '']) => ({ language, code }),
)

describe('the package', () => {
  it('contains the built files, their declarations and the licence, and no sources', () => {
    const paths = packed.files.map(({ path }) => path)
    expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/index.js']))
    expect(
      paths.filter((path) => !/^(dist\/.*\.(js|js\.map|d\.ts)|LICENSE|README\.md|package\.json)$/.test(path)),
    ).toEqual([])
    expect(packed.unpackedSize).toBeLessThan(1_200_000)
  })

  it('installs no other package than openapi-fetch and its types', () => {
    const names = readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))
    expect(names.sort()).toEqual(['@longrun', ...dependencies])
    expect(readdirSync(join(project, 'node_modules/@longrun'))).toEqual(['client'])
  })

  it('has the version of the contract', () => {
    const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
    expect(version).toBe(JSON.parse(readFileSync(join(top, 'generated/openapi.json'), 'utf8')).info.version)
  })

  it('declares the types of the report', async () => {
    const declarations = join(installed, 'dist/types/client')
    const files = readdirSync(declarations, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.d.ts'),
    )
    const texts = files.sort().map((name) => `// ${name}\n${readFileSync(join(declarations, name), 'utf8')}`)
    await expect(texts.join('\n')).toMatchFileSnapshot('../../client/api-report.txt')
  })

  it('would be published by the release script in the version of the contract, with all entry points', async () => {
    // Nothing answers there: a dry run must not need a registry.
    const options = ['--dry-run', '--registry=http://127.0.0.1:9', '--fetch-retries=0', '--offline']
    const args = ['run', 'release', '--workspace', '@longrun/client', '--', ...options]
    const { stdout, stderr } = await run('npm', args, { cwd: top })
    const manifest = JSON.parse(readFileSync(join(top, 'client/package.json'), 'utf8'))
    expect(stdout).toContain(`+ @longrun/client@${manifest.version}`)
    expect(stderr).toContain('with tag latest and public access (dry-run)')
    expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true })
    const entries = [
      ...Object.values<string | { default: string }>(manifest.exports),
      ...Object.values<string>(manifest.bin),
    ]
    for (const entry of entries) {
      const file = (typeof entry === 'string' ? entry : entry.default).replace('./', '')
      expect(stderr).toContain(` ${file}\n`)
    }
  })

  it('passes publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: installed, strict: true, pack: false })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  it('passes arethetypeswrong, as a package of ES modules', async () => {
    const program = join(top, 'node_modules/@arethetypeswrong/cli/dist/index.js')
    const options = ['--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji']
    // Exits with 1 for every problem but those of `require` and of the resolution of Node 10.
    const check = run(process.execPath, [program, join(folder, packed.filename), ...options])
    await expect(check.catch(({ stdout }) => Promise.reject(stdout))).resolves.toBeDefined()
  })
})

describe('a project that uses the package', () => {
  const compilers = { '5.9': 'client/node_modules/typescript', 7: 'node_modules/@typescript/native' }
  const platforms = {
    node: { types: ['node'], lib: ['es2022'] },
    browser: { types: [], lib: ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'] },
  }
  const variants = Object.entries(compilers).flatMap(([version, path]) =>
    (['nodenext', 'bundler'] as const).flatMap((resolution) =>
      Object.entries(platforms).map(([platform, options]) => ({ version, path, resolution, platform, options })),
    ),
  )

  it.each(variants)(
    'compiles with TypeScript $version for $platform, module resolution $resolution',
    async (variant) => {
      const { path, resolution, platform, options } = variant
      const here = join(project, `${variant.version}-${platform}-${resolution}`)
      mkdirSync(here)
      if (platform === 'node') link(project, '@types/node', 'undici-types')
      link(project, '@types/react', 'csstype', 'react', '@tanstack/react-query')
      const declared = platform === 'node' ? '' : 'declare const process: { env: Record<string, string | undefined> }\n'
      for (const [at, { language, code }] of snippets.entries())
        writeFileSync(join(here, `${at}.${language}`), declared + code)
      const compilerOptions = {
        ...options,
        module: resolution === 'bundler' ? 'preserve' : 'nodenext',
        moduleResolution: resolution,
        target: 'es2022',
        jsx: 'react-jsx',
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: false,
        noEmit: true,
      }
      writeFileSync(join(here, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts', '*.tsx'] }))
      const compiling = run(process.execPath, [join(top, path, 'bin/tsc'), '--project', here])
      const output = await compiling.then(
        () => '',
        ({ stdout, message }) => stdout || message,
      )
      expect(output).toBe('')
    },
    compileTimeoutMs,
  )

  it.each(nodes())('runs the first example of the README in Node $major', async ({ path }) => {
    const here = mkdtempSync(join(project, 'run-'))
    writeFileSync(
      join(here, 'main.js'),
      transformSync(snippets[0]?.code ?? '', { loader: 'ts', target: 'es2022' }).code,
    )
    const env = { LONGRUN_URL: service.url, LONGRUN_API_KEY: service.apiKey }
    const { stdout } = await run(path, ['main.js'], { cwd: here, env })
    expect(stdout).toContain('COMPLETED 100')
    expect(stdout).toContain('1687 rows')
    expect(readFileSync(join(here, 'orders.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(1 + 1687)
  })

  it.each(nodes())('runs the command line in Node $major', async ({ path }) => {
    const here = mkdtempSync(join(project, 'run-'))
    const env = { LONGRUN_URL: service.url, LONGRUN_API_KEY: service.apiKey, HOME: here }
    const input = {
      reportType: 'ORDERS_SUMMARY',
      dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
      format: 'CSV',
    }
    const args = ['submit', 'generateReport', JSON.stringify(input), '--watch']
    const { stdout } = await run(path, [join(project, 'node_modules/.bin/longrun'), ...args], { cwd: here, env })
    const lines = stdout.trimEnd().split('\n')
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ status: 'COMPLETED', result: { rowCount: 1687 } })
  })
})

/** Written as a partner writes it; a wrong name or type does not compile. */
const partnersProgram = `
import { createClient } from '@longrun/client'

const longrun = createClient({ baseUrl: process.env.LONGRUN_URL ?? '', apiKey: process.env.LONGRUN_API_KEY ?? '' })
const operation = await longrun.generateReport({
  reportType: 'ORDERS_SUMMARY',
  dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' },
  format: 'CSV',
})
const { rowCount } = await operation.result()
const rows: number = rowCount
// @ts-expect-error: a result has the fields of its type only
void (await operation.result()).customerCount
console.log(\`\${rows} rows\`)
`

/**
 * What a partner waits for in the first five minutes: from `npm install` in an empty folder to a typed result. The limit is a promise to
 * users, several times what it takes.
 */
const limitSeconds = 60

it(`takes at most ${limitSeconds} seconds from npm install to a typed result`, { timeout: 300_000 }, async () => {
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2022'],
    types: ['node'],
    strict: true,
    outDir: 'dist',
  }
  const project = join(folder, 'partner')
  mkdirSync(project)
  const beganAt = performance.now()
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'partner', private: true, type: 'module' }))
  await run('npm', ['install', '--offline', '--no-audit', ...tarballs], { cwd: project })
  // The compiler and the types of Node are those of the repository.
  link(project, '@types/node', 'undici-types')
  writeFileSync(join(project, 'main.ts'), partnersProgram)
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['main.ts'] }))
  const compiler = join(top, 'node_modules/@typescript/native/bin/tsc')
  await run(process.execPath, [compiler, '--project', project])
  const env = { LONGRUN_URL: service.url, LONGRUN_API_KEY: service.apiKey }
  const { stdout } = await run(process.execPath, ['dist/main.js'], { cwd: project, env })
  const seconds = (performance.now() - beganAt) / 1000
  expect(stdout).toBe('1687 rows\n')
  console.log(`From npm install to a typed result: ${seconds.toFixed(1)} s`)
  expect(seconds).toBeLessThan(limitSeconds)
})

/** Packages that a project has besides, as the repository has them. The browser variants do not read the declarations of Node. */
function link(project: string, ...names: string[]) {
  for (const name of names) {
    mkdirSync(join(project, 'node_modules', name, '..'), { recursive: true })
    try {
      symlinkSync(join(top, 'node_modules', name), join(project, 'node_modules', name))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** This Node, and the one of each other major version in PATH. */
function nodes(): { major: string; path: string }[] {
  const found = new Map([[process.version, process.execPath]])
  for (const at of (process.env.PATH ?? '').split(delimiter)) {
    try {
      const path = join(at, 'node')
      const version = execFileSync(path, ['--version'], { encoding: 'utf8', stdio: 'pipe' }).trim()
      if (!found.has(version)) found.set(version, path)
    } catch {
      // Not every folder has a Node.
    }
  }
  return [...found].map(([version, path]) => ({ major: version.slice(1).split('.')[0] ?? '', path }))
}
