import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'
import { openWorkspace } from './run.ts'
import { snippets, snippetsIn } from './snippets.ts'

let service: TestService
let database: postgres.Sql
let workspace: ReturnType<typeof openWorkspace>
beforeAll(async () => {
  service = await startTestService({ WEBHOOK_ALLOW_INSECURE: 'true' })
  workspace = openWorkspace(service)
  database = postgres(service.databaseUrl, { max: 1 })
})
afterEach(() => service.check.assertKept())
afterAll(async () => {
  workspace.close()
  await database.end()
  await service.close()
})

/** What the snippets of a guide print. Without an entry a guide has no snippets that run in a shell. */
const printed: Record<string, RegExp[]> = {
  'when-to-use': [/HTTP\/1.1 20[02]/, /preference-applied: wait=10/i, /"valid":true/],
  channels: [/"status":"COMPLETED"/, /event: completed/, /\n200$/m],
  polling: [/"status":"COMPLETED"/, /^304$/m],
  idempotency: [/(HTTP\/1.1 202.*){2}idempotency-replayed: true/is, /"code":"IDEMPOTENCY_MISMATCH"/],
  webhooks: [/"attempts":/, /"format":"CLOUDEVENTS"/],
  retention: [/"expiresAt":/, /204/, /"code":"OPERATION_EXPIRED"/],
  errors: [/"code":"INVALID_INPUT"/, /"code":"NO_DATA_IN_RANGE"/],
  troubleshooting: [/"status":"ok"/, /"status":"COMPLETED"/],
  mcp: [/"generateReport","title"/, /"getOperation"/],
  'from-azure-or-google': [/"status":"COMPLETED"/],
  'jobs-clients': [/"status":"COMPLETED","downloadUrl":"/],
  'lro-clients': [/"status":"COMPLETED","progress":100/],
  'google-clients': [/"done":true/],
}
const programs: Record<string, RegExp[]> = {
  channels: [/COMPLETED 100\n793 rows/],
  polling: [/COMPLETED/],
  idempotency: [/true/],
  errors: [/NO_DATA_IN_RANGE false/],
  browsers: [/COMPLETED/],
  'tasks-clients': [/completed 100 \/api\/v1\/files\//],
  'azure-clients': [/succeeded \d+/],
  mcp: [/COMPLETED/],
  'from-a-jobs-table': [/3 jobs submitted/],
}

const guides = [...new Set(snippets.map(({ guide }) => guide))]

describe('the shell snippets', () => {
  const withShell = guides.filter((guide) => snippetsIn('sh').some((snippet) => snippet.guide === guide))
  it('have an expected output for each guide', () => {
    expect(withShell.toSorted()).toEqual(Object.keys(printed).sort())
  })

  // The snippets of a page continue one another, as a reader types them.
  it.each(withShell)('of %s run as printed', async (guide) => {
    const code = snippetsIn('sh').filter((snippet) => snippet.guide === guide)
    const script = `set -euo pipefail\n${code.map((snippet) => snippet.code).join('\n')}`
    const { code: exit, out, err } = await workspace.runFile(`${guide}.sh`, script, 'bash')
    expect({ exit, err: exit === 0 ? '' : `${out}\n${err}` }).toEqual({ exit: 0, err: '' })
    for (const pattern of printed[guide] ?? []) expect(out).toMatch(pattern)
  })
})

describe('the TypeScript snippets', () => {
  const runnable = snippetsIn('ts').filter(({ guide }) => guide !== 'verify-webhooks')
  it('have an expected output for each guide', () => {
    expect([...new Set(runnable.map(({ guide }) => guide))].toSorted()).toEqual(Object.keys(programs).sort())
  })

  it.each(runnable)('of $guide ($at) run as printed', async ({ guide, at, code }) => {
    for (const sql of snippetsIn('sql').filter((snippet) => snippet.guide === guide)) await database.unsafe(sql.code)
    const { code: exit, out, err } = await workspace.runFile(`${guide}-${at}.ts`, code, process.execPath)
    expect({ exit, err: exit === 0 ? '' : err }).toEqual({ exit: 0, err: '' })
    const [pattern] = programs[guide] ?? []
    expect(out).toMatch(pattern ?? /^$/)
  })
})

describe('every other snippet', () => {
  it('is run by another test, is JSON, or says why it is not run', () => {
    const elsewhere = ['sh', 'ts', 'python', 'go', 'php', 'java', 'sql']
    const others = snippets.filter(({ language, reason }) => !elsewhere.includes(language) && reason === undefined)
    for (const { language, code } of others) {
      expect(language).toBe('json')
      JSON.parse(code)
    }
  })
})
