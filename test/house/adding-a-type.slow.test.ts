import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../support/database.ts'

const run = promisify(execFile)
const top = resolve(import.meta.dirname, '../..')

type Step = { text: string; language: string; path: string; below?: string | undefined }

/** The steps of "Adding an operation type": each code block whose preceding text names its file. */
function steps(): Step[] {
  const guide = readFileSync(join(top, 'CONTRIBUTING.md'), 'utf8')
  const section = guide.slice(guide.indexOf('## Adding an operation type'), guide.indexOf('\n## Steps'))
  const blocks = [...section.matchAll(/([^`](?:(?!```)[\s\S])*?)\n```(\w+)\n([\s\S]*?)\n```\n/g)]
  return blocks.flatMap(([, words = '', language = '', text = '']) => {
    const place = /in\s+`((?:spec|server)\/[\w./-]+)`(?:,\s+below\s+`([^`]+)`)?/.exec(words)
    return place ? [{ text, language, path: place[1] ?? '', below: place[2] }] : []
  })
}

/** Writes a new file, or adds lines to a file below the line that the guide names. */
function apply(folder: string, { text, path, below }: Step) {
  const file = join(folder, path)
  if (below === undefined) {
    expect(existsSync(file), `${path} is a new file`).toBe(false)
    return writeFileSync(file, `${text}\n`)
  }
  const lines = readFileSync(file, 'utf8').split('\n')
  const at = lines.findIndex((line) => line.startsWith(below))
  expect(at, `${path} has a line that begins with ${below}`).toBeGreaterThan(-1)
  lines.splice(at + 1, 0, text)
  writeFileSync(file, lines.join('\n'))
}

/** Has the compiler check a second time only what has changed since the first. */
function useIncrementalTypes(folder: string) {
  const file = join(folder, 'tsconfig.json')
  const config = JSON.parse(readFileSync(file, 'utf8'))
  Object.assign(config.compilerOptions, { incremental: true, tsBuildInfoFile: 'types.tsbuildinfo' })
  writeFileSync(file, JSON.stringify(config))
}

/** Runs an npm command in the copy; returns its exit code and output. */
async function npm(folder: string, ...args: string[]): Promise<{ code: number; output: string }> {
  return run('npm', args, { cwd: folder }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      output: error.stdout + error.stderr,
    }),
  )
}

describe('the steps of CONTRIBUTING, applied literally,', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longrun-guide-'))
  const written = steps()
  let database: TestDatabase

  beforeAll(async () => {
    database = await createDatabase({ withSample: true })
    const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: top })
    for (const file of stdout.trim().split('\n')) {
      if (existsSync(join(top, file))) cpSync(join(top, file), join(folder, file), { recursive: true })
    }
    for (const generated of ['node_modules', 'dist']) symlinkSync(join(top, generated), join(folder, generated))
    useIncrementalTypes(folder)
  })
  afterAll(async () => {
    await database.drop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('name two new files and the lines that list them', () => {
    expect(written.map(({ path }) => path)).toEqual([
      'spec/paths/count-orders.yaml',
      'spec/openapi.yaml',
      'server/handlers/count-orders.ts',
      'server/handlers/registry.ts',
      'server/handlers/registry.ts',
    ])
  })

  it('the compiler reports the missing handler, and accepts the code once the handler exists', {
    timeout: 400_000,
  }, async () => {
    for (const step of written.slice(0, 2)) apply(folder, step)
    expect(await npm(folder, 'run', 'generate')).toMatchObject({ code: 0 })
    const missing = await npm(folder, 'run', 'check:types')
    expect(missing.code).not.toBe(0)
    expect(missing.output).toMatch(/server\/handlers\/registry\.ts.*countOrders/s)

    for (const step of written.slice(2)) apply(folder, step)
    expect(await npm(folder, 'run', 'check:types')).toMatchObject({ code: 0 })
    expect(await npm(folder, 'run', 'check:spec')).toMatchObject({ code: 0 })
  })

  it('the new type can be submitted and returns its result through the client', { timeout: 120_000 }, async () => {
    writeFileSync(join(folder, 'try.ts'), tryIt)
    const { stdout } = await run(process.execPath, ['try.ts'], {
      cwd: folder,
      env: { ...process.env, TRY_DATABASE_URL: database.url },
    })
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({ orderCount: 1687, lineCount: 3312 })
  })
})

const tryIt = `
import { createClient } from './client/index.ts'
import { readConfig } from './server/app/config.ts'
import { startService } from './server/app/service.ts'

const environment = { PORT: '0', DATA_DIR: './data-of-the-trial', LOG_LEVEL: 'silent', API_KEYS: 'alice:alice-0123456789abcdef' }
const service = await startService(readConfig({ ...environment, DATABASE_URL: process.env.TRY_DATABASE_URL }))
const longrun = createClient({ baseUrl: service.url, apiKey: 'alice-0123456789abcdef' })
const operation = await longrun.countOrders({ dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' } })
console.log(JSON.stringify(await operation.result()))
await service.close()
`
