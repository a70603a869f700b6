import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { startTestService, type TestService } from '../support/service.ts'

const top = resolve(import.meta.dirname, '../..')
const file = join(top, 'spec/workflows.arazzo.yaml')
const text = readFileSync(file, 'utf8')
const workflows: { workflowId: string; steps: { stepId: string }[] }[] = parse(text).workflows
const folder = mkdtempSync(join(tmpdir(), 'longrun-workflows-'))

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => {
  rmSync(folder, { recursive: true })
  return service.close()
})

type Step = { stepId: string; status: string; checks: { status: string; message?: string }[] }
type Run = { code: number; workflows: { workflowId: string; status: string; executedSteps: Step[] }[] }

/** Runs workflows with `redocly respect`, which sends real requests and checks each response against the contract. */
function respect(workflowsFile: string, run: string, ...only: string[]): Promise<Run> {
  const output = join(folder, `${run}.json`)
  const input = JSON.stringify({ apiKey: service.apiKey, origin: service.url, run })
  const options = ['-J', output, '-S', `longrun=${service.url}/api/v1`, '-i', input, '--execution-timeout', '120000']
  const program = join(top, 'node_modules/.bin/redocly')
  const command = [program, 'respect', workflowsFile, ...options, ...only.flatMap((id) => ['-w', id])]
  return new Promise((done, failed) => {
    execFile(process.execPath, command, { cwd: top, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      try {
        const { files } = JSON.parse(readFileSync(output, 'utf8'))
        const [ran] = Object.values(files) as { executedWorkflows: Run['workflows'] }[]
        done({ code: Number(error?.code ?? 0), workflows: ran?.executedWorkflows ?? [] })
      } catch (cause) {
        failed(new Error(`redocly respect failed:\n${stdout}${stderr}`, { cause }))
      }
    })
  })
}

/** What failed: `workflow step: reason`. */
const failures = ({ workflows }: Run) =>
  workflows.flatMap(({ workflowId, executedSteps }) =>
    // A step that is retried is listed for each time; the last one counts.
    [...new Map(executedSteps.map((step) => [step.stepId, step])).values()]
      .filter(({ status }) => status !== 'success')
      .map(({ stepId, checks }) => {
        const reasons = checks.filter(({ status }) => status !== 'success').map(({ message }) => message)
        return `${workflowId} ${stepId}: ${reasons.join()}`
      }),
  )

it(`runs ${workflows.map(({ workflowId }) => workflowId).join(', ')}`, async () => {
  const result = await respect(file, 'all')
  expect(failures(result)).toEqual([])
  expect(result.code).toBe(0)
  expect(result.workflows.map(({ workflowId, status }) => [workflowId, status])).toEqual(
    workflows.map(({ workflowId }) => [workflowId, 'success']),
  )
  for (const [index, { steps }] of workflows.entries()) {
    const run = new Set(result.workflows[index]?.executedSteps.map(({ stepId }) => stepId))
    expect([...run]).toEqual(steps.map(({ stepId }) => stepId))
  }
}, 180_000)

it.each([
  ['a value', '$response.body#/rowCount == 1687', '$response.body#/rowCount == 1688', 'readReport'],
  [
    'a status',
    '- condition: $response.header.content-disposition != null',
    '- condition: $statusCode == 206',
    'download',
  ],
])(
  'fails if an expectation of %s is wrong',
  async (title, from, to, step) => {
    expect(text).toContain(from)
    const wrong = join(folder, 'wrong.arazzo.yaml')
    const contract = relative(folder, join(top, 'generated/openapi.json'))
    writeFileSync(wrong, text.replace(from, to).replace('../generated/openapi.json', contract))
    const result = await respect(wrong, title.replace(' ', '-'), 'submitPollDownload')
    expect(result.code).toBe(1)
    expect(failures(result)).toEqual([expect.stringContaining(`submitPollDownload ${step}: `)])
  },
  180_000,
)
