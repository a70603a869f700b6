import { execFileSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createProgram } from '../../client/cli/program.ts'
import { contractDocument } from '../../server/contract/document.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { openWorkspace } from './run.ts'

type Sample = { lang: string; label: string; source: string }
type Command = ReturnType<typeof createProgram>
type Operation = { operationId: string; 'x-codeSamples'?: Sample[] }

const operations = Object.values(contractDocument.paths)
  .flatMap((item) => Object.values(item) as unknown as Operation[])
  .filter(({ operationId }) => operationId)
const sampleOf = (operationId: string, label: string) =>
  operations
    .find((operation) => operation.operationId === operationId)
    ?.['x-codeSamples']?.find((sample) => sample.label === label)?.source

it('every operation has a sample for curl and for TypeScript', () => {
  expect(operations.length).toBeGreaterThan(60)
  for (const { operationId, 'x-codeSamples': samples = [] } of operations) {
    expect(samples.map(({ label }) => label).slice(0, 2), operationId).toEqual(['curl', 'TypeScript'])
    for (const { source } of samples) expect(source, operationId).not.toMatch(/undefined|\[object|\{\w+\}"/)
  }
})

describe('the samples of the command line', () => {
  const samples = operations.flatMap(({ operationId }) => {
    const source = sampleOf(operationId, 'CLI')
    return source === undefined ? [] : [{ operationId, source }]
  })

  it('cover every command that sends a request', () => {
    const names = (command: Command, path: string[] = []): string[] =>
      command.commands.length === 0
        ? [path.join(' ')]
        : command.commands.flatMap((one) => names(one, [...path, one.name()]))
    const without = /^(webhook listen|profile \w+|completion|help)$/
    const commands = names(createProgram()).filter((name) => !without.test(name))
    const used = new Set(samples.map(({ source }) => commands.find((name) => source.startsWith(`longrun ${name}`))))
    expect([...used].map(String).toSorted()).toEqual(commands.toSorted())
  })

  it.each(samples)('of $operationId is parsed by the program', async ({ source }) => {
    // The shell splits it into arguments, one a line, without newlines within.
    const script = `longrun() { for argument; do printf '%s\\0' "$argument"; done; }\n${source}`
    const args = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)
    const program = createProgram()
    let ran = 0
    const stub = (command: Command) => {
      if (command.commands.length === 0)
        command.action(() => {
          ran += 1
        })
      for (const one of command.commands) stub(one)
    }
    stub(program)
    await program.parseAsync(args, { from: 'user' })
    expect(ran).toBe(1)
    for (const argument of args.filter((text) => /^[{[]/.test(text))) JSON.parse(argument)
  })
})

describe('the samples for curl', () => {
  let service: TestService
  let workspace: ReturnType<typeof openWorkspace>
  beforeAll(async () => {
    service = await startTestService({ WEBHOOK_ALLOW_INSECURE: 'true' })
    workspace = openWorkspace(service)
  })
  afterEach(() => service.check.assertKept())
  afterAll(async () => {
    workspace.close()
    await service.close()
  })

  /** What runs without an id of an earlier request, and the status of its response. */
  const statuses: Record<string, number> = {
    generateReport: 202,
    analyzeOrders: 202,
    exportCustomers: 202,
    deliverOrder: 202,
    screenCandidate: 202,
    cancelOperations: 202,
    retryOperations: 202,
    batchCreateOperations: 200,
    batchGetOperations: 200,
    listOperations: 200,
    listOrders: 200,
    listCustomers: 200,
    listSchedules: 200,
    listWebhookReceivers: 200,
    listKeys: 200,
    createUpload: 201,
    createSchedule: 201,
    createKey: 201,
    getStatistics: 200,
    getOpenapi: 200,
    getDialectOpenapi: 200,
    getHome: 200,
    getDocs: 200,
    getGuides: 200,
    getGuide: 200,
    getConsole: 200,
    getProblem: 200,
    getHealth: 200,
    getReadiness: 200,
    // The ids of the examples do not exist.
    getOperation: 404,
    getOperationResult: 404,
    cancelOperation: 404,
    streamOperation: 404,
    openOperationSocket: 404,
    completeWait: 404,
    updateSchedule: 404,
    getFile: 403,
    receiveCallback: 404,
  }

  it('are answered as expected', async () => {
    // curl prints the status of each response instead of its body.
    const runs = Object.keys(statuses).map(
      (operationId) =>
        `printf '%s ' ${operationId}\n${sampleOf(operationId, 'curl')} -o /dev/null -w '%{http_code}\\n'`,
    )
    const script = `uuidgen() { cat /proc/sys/kernel/random/uuid; }\nprintf 'Row ID\\n' > orders.csv\n${runs.join('\n')}\n`
    const { out, err } = await workspace.runFile('samples.sh', script, 'bash')
    expect(err).toBe('')
    const found = Object.fromEntries(
      out
        .trim()
        .split('\n')
        .map((line) => line.split(' ')),
    )
    expect(found).toEqual(Object.fromEntries(Object.entries(statuses).map(([name, status]) => [name, String(status)])))
  })
})
