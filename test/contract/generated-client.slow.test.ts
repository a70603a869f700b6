import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { createClient } from '@hey-api/openapi-ts'
import { expect, it } from 'vitest'

const top = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)

/** What a caller writes with the generated client. `@ts-expect-error` fails where a type is lost. */
const caller = `
import { generateReport, getOperation, listOperations } from './client/index.ts'
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

export async function failed(): Promise<Operation[]> {
  const { data } = await listOperations({ query: { status: ['FAILED'], pageSize: 10 } })
  return data?.operations ?? []
}

// @ts-expect-error: no such status.
export const wrong = () => listOperations({ query: { status: ['DONE'] } })
`

it('the client that hey-api generates compiles and narrows operations by type', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'longrun-client-'))
  try {
    const input = JSON.parse(readFileSync(join(top, 'generated/openapi.json'), 'utf8'))
    await createClient({ input, output: join(folder, 'client'), logs: { level: 'silent', file: false } })
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
  } finally {
    rmSync(folder, { recursive: true })
  }
})
