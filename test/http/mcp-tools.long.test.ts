import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { operationTypes } from '../../generated/operations.ts'
import { accessEnvironment, startS3 } from '../support/s3/server.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { openWaitRig, type WaitRig } from '../support/suspended.ts'
import { connect, rpc } from './mcp-rig.ts'
import { ask, ended, inAnHour, report, submitted } from './requests.ts'

/** The tools and resources of `/mcp`, for clients without tasks. */

let service: TestService
let idle: TestService
let rig: WaitRig
beforeAll(async () => {
  service = await startTestService()
  idle = await startTestService({ ROLES: 'api' })
  rig = await openWaitRig(idle)
})
afterEach(() => {
  service.check.assertKept()
  idle.check.assertKept()
})
afterAll(async () => {
  await rig.close()
  await service.close()
  await idle.close()
})

const idOf = (path: string) => path.split('/').at(-1) ?? ''
type Content = { type: string; text?: string; uri?: string }[]
type Result = { content: Content; structuredContent?: Record<string, unknown>; isError?: boolean }

/** Calls a tool without the extension. */
async function call(
  name: string,
  input: object,
  options: { at?: TestService; key?: string; meta?: object } = {},
): Promise<Result> {
  const { at = service, key = at.apiKey, meta = {} } = options
  const { result, error } = await rpc(
    at,
    { method: 'tools/call', params: { name, arguments: input, _meta: meta } },
    { key },
    {},
  )
  expect(error).toBeUndefined()
  return result as Result
}
const textOf = ({ content }: Result) => content.map(({ text }) => text).join('\n')
const operationsOf = async (at: TestService) =>
  ((await ask(at, '/api/v1/operations?pageSize=1000')).body.operations as unknown[]).length
/** The id of an operation, once it has ended. */
const until = async (path: string) => String((await ended(service, path)).operationId)
const helpers = ['getOperation', 'cancelOperation', 'completeWait']

describe('the list of tools', () => {
  it('has each operation type with the schemas of the contract, and what clients without tasks need', async () => {
    const client = await connect(service)
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual([...Object.keys(operationTypes), ...helpers])
    const ajv = addFormats.default(new Ajv2020({ strict: false }))
    for (const { name, title, description = '', inputSchema, outputSchema } of tools) {
      expect(title, name).not.toBe(name)
      expect(description.length, name).toBeGreaterThan(60)
      expect(JSON.stringify([inputSchema, outputSchema])).not.toMatch(/\$ref|"webhook"|validateOnly/)
      ajv.compile(inputSchema)
      if (outputSchema) ajv.compile(outputSchema)
    }
    const deliver = tools.find(({ name }) => name === 'deliverOrder')
    expect(deliver).toMatchObject({
      inputSchema: { required: ['orderId'], properties: { orderId: { type: 'string' } } },
    })
    expect(deliver?.annotations).toMatchObject({ openWorldHint: true, destructiveHint: false, readOnlyHint: false })
    expect(JSON.stringify(tools).length).toBeLessThan(75_000)
    await client.close()
  })

  it('has only tools that the credential may use', async () => {
    const names = async (key: string) => {
      const { result } = await rpc(service, { method: 'tools/list' }, { key })
      return (result.tools as { name: string }[]).map(({ name }) => name)
    }
    expect(await names(service.readerKey)).toEqual(['getOperation'])
    expect(await names(service.powerlessKey)).toEqual([])
  })
})

describe('a call of a tool', () => {
  it.each(['legacy', 'auto'] as const)('waits for the result, with rising progress, for a client %s', async (mode) => {
    const client = await connect(service, { mode })
    const progress: number[] = []
    const onprogress = (one: { progress: number }) => void progress.push(one.progress)
    const result = await client.callTool(
      { name: 'deliverOrder', arguments: { orderId: 'CA-2016-152156' } },
      { onprogress },
    )
    expect(result).toMatchObject({ structuredContent: { status: 'COMPLETED', result: { orderId: 'CA-2016-152156' } } })
    expect(progress.at(-1)).toBe(100)
    expect(progress).toEqual([...new Set(progress)].toSorted((a, b) => a - b))
    await client.close()
  })

  it('refuses a wrong input in plain words, and creates nothing', async () => {
    const before = await operationsOf(idle)
    const refused = async (name: string, input: object, meta = {}) => {
      const result = await call(name, input, { at: idle, meta })
      expect(result).toMatchObject({ isError: true })
      return textOf(result)
    }
    const dateRange = { fromDate: '2017-12-31', toDate: '2017-01-01' }
    expect(await refused('generateReport', { ...report, format: 'DOC', formt: 1 })).toBe(
      'INVALID_INPUT: correct these fields.\n- format: must be one of CSV, PDF, JSON\n- formt: is not a known field; use `format`',
    )
    expect(await refused('generateReport', { ...report, dateRange })).toContain('- dateRange: toDate')
    expect(await refused('deliverOrder', {})).toContain('- orderId: is missing')
    expect(await refused('deliverOrder', { orderId: 7 })).toContain('- orderId: must be text')
    expect(await refused('deliverOrder', { orderId: 'nothing' })).toMatch(/^NOT_FOUND: /)
    expect(await refused('generateReport', { ...report, webhook: { url: 'https://example.com' } })).toContain('webhook')
    expect(await refused('generateReport', { ...report, validateOnly: true })).toContain('validateOnly')
    expect(await refused('generateReport', report, { 'Idempotency-Key': '' })).toContain('Idempotency-Key')
    for (const key of [{}, null, 7, ['a']]) {
      expect(await refused('generateReport', report, { 'Idempotency-Key': key })).toContain('Idempotency-Key')
    }
    expect(await refused('getOperation', {})).toMatch(/^(OPERATION_)?NOT_FOUND/)
    expect(await refused('getOperation', { operationId: 'op_1', more: 1 })).toContain('- more: is not a known field')
    expect(await operationsOf(idle)).toBe(before)
  })

  it('creates one operation for one Idempotency-Key', async () => {
    const options = { meta: { 'Idempotency-Key': `"${crypto.randomUUID()}"` } }
    const first = await call('generateReport', report, options)
    const again = await call('generateReport', report, options)
    expect(again.structuredContent?.operationId).toBe(first.structuredContent?.operationId)
    const other = await call('generateReport', { ...report, format: 'JSON' }, options)
    expect(textOf(other)).toMatch(/^IDEMPOTENCY_MISMATCH: /)
  })

  it('says how to go on when the operation needs an input, and goes on by the other tools', async () => {
    const candidate = { name: 'Erika Mustermann', birthDate: '1990-08-12' }
    const { headers } = await ask(idle, '/api/v1/candidates:screen', { json: { candidate } })
    const path = headers.get('location') ?? ''
    await rig.suspend(path)
    const operationId = idOf(path)
    const waiting = await call('getOperation', { operationId }, { at: idle })
    expect(textOf(waiting)).toMatch(/has not ended: WAITING.*input decision.*completeWait.*getOperation/s)
    expect(waiting.structuredContent).toMatchObject({ done: false, waits: expect.arrayContaining([expect.anything()]) })
    const wrong = await call('completeWait', { operationId, name: 'decision', body: { more: 1 } }, { at: idle })
    expect(textOf(wrong)).toMatch(/^INVALID_INPUT/)
    const body = { decision: 'CLEAR' }
    const foreign = await call(
      'completeWait',
      { operationId, name: 'decision', body },
      { at: idle, key: idle.otherKey },
    )
    expect(textOf(foreign)).toMatch(/^OPERATION_NOT_FOUND/)
    expect(await call('completeWait', { operationId, name: 'decision', body }, { at: idle })).not.toHaveProperty(
      'isError',
    )
    const cancelled = await call('cancelOperation', { operationId, reason: 'a test' }, { at: idle })
    expect(textOf(cancelled)).toBe('The operation was cancelled: a test.')
    const completed = await until(await submitted(service))
    expect(textOf(await call('cancelOperation', { operationId: completed }))).toMatch(/^CANNOT_CANCEL: /)
  })

  it('does not wait when so many requests of the owner are held already', async () => {
    const path = await submitted(idle, { startAfter: inAnHour() })
    const leaving = new AbortController()
    const held = Array.from({ length: 110 }, () =>
      ask(idle, path, { headers: { prefer: 'wait=60' }, signal: leaving.signal }).catch(() => undefined),
    )
    // A request that is not held is answered at once: 100 others are held then.
    await Promise.race(held)
    const result = await call('getOperation', { operationId: idOf(path) }, { at: idle })
    expect(textOf(result)).toMatch(/has not ended: PENDING.*Do not start it again/s)
    leaving.abort()
    await Promise.all(held)
  })
})

describe('two owners', () => {
  it('see nothing of each other', async () => {
    const path = await submitted(service)
    const { result } = await ended(service, path)
    const [, fileId] = /\/files\/(file_[\w-]+)\?/.exec(JSON.stringify(result)) ?? []
    const options = { key: service.otherKey }
    expect(textOf(await call('getOperation', { operationId: idOf(path) }, options))).toMatch(/^OPERATION_NOT_FOUND/)
    expect(textOf(await call('cancelOperation', { operationId: idOf(path) }, options))).toMatch(/^OPERATION_NOT_FOUND/)
    for (const uri of [`longrun://operations/${idOf(path)}`, `longrun://files/${fileId}`]) {
      const params = { uri }
      expect((await rpc(service, { method: 'resources/read', params })).error).toBeUndefined()
      expect((await rpc(service, { method: 'resources/read', params }, options)).error).toMatchObject({ code: -32_602 })
    }
  })
})

describe('the resources', () => {
  const read = async (uri: string) => {
    const { result, error } = await rpc(service, { method: 'resources/read', params: { uri } })
    return { error, contents: (result.contents ?? []) as { uri: string; mimeType: string; text: string }[] }
  }

  it('are operations, and files: short texts as they are, others as a link with its expiry', async () => {
    const client = await connect(service)
    const { resourceTemplates } = await client.listResourceTemplates()
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'longrun://operations/{operationId}',
      'longrun://files/{fileId}',
    ])
    expect((await client.listResources()).resources).toEqual([])
    await client.close()
    const uriOf = async (input: object) => {
      const result = await call('generateReport', { ...report, ...input })
      const { operationId } = result.structuredContent ?? {}
      const [operation] = (await read(`longrun://operations/${operationId}`)).contents
      expect(JSON.parse(operation?.text ?? '')).toEqual(result.structuredContent)
      return result.content.find(({ type }) => type === 'resource_link')?.uri ?? ''
    }
    const day = { fromDate: '2017-11-10', toDate: '2017-11-10' }
    const [short] = (await read(await uriOf({ dateRange: day }))).contents
    expect(short).toMatchObject({ mimeType: expect.stringMatching(/^text\/csv/), text: expect.stringContaining(',') })
    for (const input of [{}, { dateRange: day, format: 'PDF' }]) {
      const [long] = (await read(await uriOf(input))).contents
      const { downloadUrl, linkExpiresAt, sha256 } = JSON.parse(long?.text ?? '')
      expect(long?.mimeType).toBe('application/json')
      expect(Date.parse(linkExpiresAt)).toBeGreaterThan(Date.now())
      expect((await ask(service, downloadUrl, { key: null })).headers.get('etag')).toBe(`"${sha256}"`)
    }
  })

  it('a file in S3 is answered by its link, which leads to the file', async () => {
    const s3 = await startS3()
    const withS3 = await startTestService({ FILES_URL: s3.filesUrl(), ...accessEnvironment })
    try {
      const { result } = await ended(withS3, await submitted(withS3))
      const [, id] = /\/files\/(file_[\w-]+)\?/.exec(JSON.stringify(result)) ?? []
      const uri = `longrun://files/${id}`
      const read = await rpc(withS3, { method: 'resources/read', params: { uri } })
      const [content] = read.result.contents as { uri: string; mimeType: string; text: string }[]
      const { downloadUrl, size } = JSON.parse(content?.text ?? '')
      expect(content).toMatchObject({ uri, mimeType: 'application/json' })
      const redirect = await ask(withS3, downloadUrl, { key: null, redirect: 'manual' })
      expect(redirect.status).toBe(307)
      const file = await fetch(redirect.headers.get('location') ?? '')
      expect([file.status, (await file.arrayBuffer()).byteLength]).toEqual([200, size])
    } finally {
      await withS3.close()
      await s3.close()
    }
  })

  it('refuses any other URI', async () => {
    const uris = [
      'longrun://keys/key_1',
      'file:///etc/passwd',
      'longrun://files/../operations',
      'longrun://files/',
      '',
      'x',
    ]
    for (const uri of [...uris, `longrun://operations/${'a'.repeat(1000)}`]) {
      expect((await read(uri)).error).toMatchObject({ code: -32_602 })
    }
  })
})
