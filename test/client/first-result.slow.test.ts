import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'

/**
 * What a partner waits for in the first five minutes: from `npm install` in an empty folder to a typed result. The limit is a promise to
 * users, several times what it takes.
 */
const limitSeconds = 60

const run = promisify(execFile)
const top = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'longrun-first-result-'))
const project = join(folder, 'project')

/** Written as a partner writes it; a wrong name or type does not compile. */
const program = `
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

const compilerOptions = {
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2022'],
  types: ['node'],
  strict: true,
  outDir: 'dist',
}

let service: TestService
let tarballs: string[]
beforeAll(async () => {
  // With what it depends on, as it is installed here: nothing is requested from a registry.
  const dependencies = ['openapi-fetch', 'openapi-typescript-helpers'].map((name) => join(top, 'node_modules', name))
  const pack = async (...options: string[]) => {
    const args = ['pack', ...options, '--pack-destination', folder, '--json', '--foreground-scripts=false']
    const { stdout } = await run('npm', args, { cwd: top })
    return (JSON.parse(stdout) as { filename: string }[]).map(({ filename }) => join(folder, filename))
  }
  tarballs = [...(await pack('--workspace', '@longrun/client')), ...(await pack(...dependencies, '--ignore-scripts'))]
  service = await startTestService()
})
afterAll(async () => {
  await service.close()
  rmSync(folder, { recursive: true })
})

it(`takes at most ${limitSeconds} seconds from npm install to a typed result`, { timeout: 300_000 }, async () => {
  mkdirSync(project)
  const beganAt = performance.now()
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'partner', private: true, type: 'module' }))
  await run('npm', ['install', '--offline', '--no-audit', ...tarballs], { cwd: project })
  // The compiler and the types of Node are those of the repository.
  mkdirSync(join(project, 'node_modules/@types'))
  for (const name of ['@types/node', 'undici-types']) {
    symlinkSync(join(top, 'node_modules', name), join(project, 'node_modules', name))
  }
  writeFileSync(join(project, 'main.ts'), program)
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
