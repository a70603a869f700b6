import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { createClient } from '@hey-api/openapi-ts'
import { build } from 'esbuild'
import { generate as orval } from 'orval'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'

const top = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)

/** What a caller writes with the client that hey-api generates. `@ts-expect-error` fails where a type is lost. */
const heyApi = `
import { generateReport, getOperation, listOperations } from './client/index.ts'
import { client } from './client/client.gen.ts'
import type { Operation, Progress } from './client/index.ts'

export async function urlOf(operationId: string): Promise<string | undefined> {
  const { data } = await getOperation({ path: { operationId } })
  if (!data) return undefined
  const progress: Progress = data.progress
  // @ts-expect-error: the percentage is a number.
  const percentage: string = progress.percentage
  if (data.type === 'generateReport') return data.result?.downloadUrl
  if (data.type === 'importOrders') return data.result?.rejectUrl
  // @ts-expect-error: no such type.
  if (data.type === 'unheardOf') return undefined
  return percentage
}

export const submit = () =>
  generateReport({ body: { reportType: 'ORDERS_SUMMARY', format: 'CSV', dateRange: { fromDate: '2017-01-01', toDate: '2017-12-31' } } })

export async function rowsOfReport(baseUrl: string, auth: string): Promise<{ rows: number; polls: number; failed: number }> {
  client.setConfig({ baseUrl, auth, throwOnError: true })
  const { data: accepted } = await submit()
  if (!accepted || !('operationId' in accepted)) throw new Error('Not accepted')
  for (let polls = 1; ; polls++) {
    const { data: operation } = await getOperation({ path: { operationId: accepted.operationId } })
    if (operation?.type === 'generateReport' && operation.result) {
      return { rows: operation.result.rowCount, polls, failed: (await failed()).length }
    }
    if (operation?.done !== false) throw new Error('The operation ended without a result')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

export async function failed(): Promise<Operation[]> {
  const { data } = await listOperations({ query: { status: ['FAILED'], pageSize: 10 } })
  return data?.operations ?? []
}

// @ts-expect-error: no such status.
export const wrong = () => listOperations({ query: { status: ['DONE'] } })
`

/** The same with the functions that orval generates for `fetch`. */
const orvals = `
import { generateReport, getOperation, listOperations, type Operation, type Progress } from './client/index.ts'

const authorized = (auth: string) => ({ headers: { Authorization: 'Bearer ' + auth } })

export function urlOf(operation: Operation): string | undefined {
  const progress: Progress = operation.progress
  // @ts-expect-error: the percentage is a number.
  const percentage: string = progress.percentage
  if (operation.type === 'generateReport') return operation.result?.downloadUrl
  if (operation.type === 'importOrders') return operation.result?.rejectUrl
  // @ts-expect-error: no such type.
  if (operation.type === 'unheardOf') return undefined
  return percentage
}

export async function rowsOfReport(_: string, auth: string): Promise<{ rows: number; polls: number; failed: number }> {
  const range = { fromDate: '2017-01-01', toDate: '2017-12-31' }
  const accepted = await generateReport({ reportType: 'ORDERS_SUMMARY', format: 'CSV', dateRange: range }, authorized(auth))
  if (accepted.status !== 202) throw new Error('Not accepted')
  for (let polls = 1; ; polls++) {
    const read = await getOperation(accepted.data.operationId, undefined, authorized(auth))
    if (read.status !== 200) throw new Error('Not found')
    const { data: operation } = read
    if (operation.type === 'generateReport' && operation.result) {
      const failed = await listOperations({ status: ['FAILED'], pageSize: 10 }, authorized(auth))
      if (failed.status !== 200) throw new Error('Not listed')
      return { rows: operation.result.rowCount, polls, failed: failed.data.operations.length }
    }
    if (operation.done) throw new Error('The operation ended without a result')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

// @ts-expect-error: no such status.
export const wrong = () => listOperations({ status: ['DONE'] })
`

type Generator = { name: string; caller: string; generate(openapi: object, folder: string): Promise<unknown> }
const generators: Generator[] = [
  {
    name: 'hey-api',
    caller: heyApi,
    generate: (input, folder) =>
      createClient({ input, output: join(folder, 'client'), logs: { level: 'silent', file: false } }),
  },
  {
    name: 'orval',
    caller: orvals,
    async generate(openapi, folder) {
      const target = join(folder, 'openapi.json')
      writeFileSync(target, JSON.stringify(openapi))
      const output = {
        target: join(folder, 'client/index.ts'),
        client: 'fetch',
        baseUrl: `${service.url}/api/v1`,
      } as const
      await orval({ input: { target }, output }, folder)
    },
  },
]

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service.close())

it.each(
  generators,
)('the client that $name generates compiles, narrows operations by type, and submits, polls and reads the typed result', async ({
  caller,
  generate,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'longrun-client-'))
  try {
    await generate(JSON.parse(readFileSync(join(top, 'generated/openapi.json'), 'utf8')), folder)
    writeFileSync(join(folder, 'caller.ts'), caller)
    symlinkSync(join(top, 'node_modules'), join(folder, 'node_modules'))
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--allowImportingTsExtensions', '--module', 'preserve']
    const program = join(top, 'node_modules/.bin/tsc')
    const compiling = run(
      program,
      [...options, '--target', 'es2024', '--lib', 'es2024,dom,dom.iterable', 'caller.ts'],
      {
        cwd: folder,
      },
    )
    await expect(compiling.catch(({ stdout, message }) => Promise.reject(stdout || message))).resolves.toBeDefined()

    const outfile = join(folder, 'caller.mjs')
    await build({ entryPoints: [join(folder, 'caller.ts')], outfile, bundle: true, format: 'esm', platform: 'node' })
    const { rowsOfReport } = await import(pathToFileURL(outfile).href)
    const { rows, polls, failed } = await rowsOfReport(`${service.url}/api/v1`, service.apiKey)
    expect({ rows, failed }).toEqual({ rows: 1687, failed: 0 })
    expect(polls).toBeGreaterThan(0)
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 300_000)
