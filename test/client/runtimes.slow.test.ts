import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { EdgeVM } from '@edge-runtime/vm'
import { build } from 'esbuild'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/service.ts'

const run = promisify(execFile)
const top = resolve(import.meta.dirname, '../..')
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** Uses the client as a program does that has only what every platform has. Returns what it saw. */
const program = `
import { createClient, verifyWebhook } from ${JSON.stringify(join(top, 'client/index.ts'))}

export async function main({ baseUrl, apiKey, webhook, secret }) {
  const longrun = createClient({ baseUrl, apiKey })
  const dateRange = { fromDate: '2017-01-01', toDate: '2017-12-31' }
  const operation = await longrun.generateReport({ reportType: 'ORDERS_SUMMARY', dateRange, format: 'CSV' })
  const statuses = []
  for await (const { status } of operation) statuses.push(status)
  const { rowCount } = await operation.result()
  let bytes = 0
  await operation.download(new WritableStream({ write(chunk) { bytes += chunk.byteLength } }))
  const events = []
  for await (const { event } of operation.events()) events.push(event)
  const upload = await longrun.upload(new Blob(['a,b\\n1,2\\n']).stream(), { mediaType: 'text/csv' })
  const batch = await longrun.batchCreate([{ type: 'exportCustomers', input: { format: 'CSV' } }])
  const { counts } = await batch.ended()
  const refused = await longrun.operation('op_1').catch((error) => error.code)
  const { text } = await verifyWebhook(webhook, [secret])
  return { last: statuses.at(-1), rowCount, bytes, event: events.at(-1), upload: upload.uploadId.slice(0, 7), counts: counts.COMPLETED, refused, text }
}
`
const seen = {
  last: 'COMPLETED',
  rowCount: 1687,
  bytes: 237_022,
  event: 'completed',
  upload: 'upload_',
  counts: 1,
  refused: 'OPERATION_NOT_FOUND',
  text: 'Grüße, 東京',
}

let service: TestService
let folder: string
/** What \`main\` is called with. */
let given: object
beforeAll(async () => {
  service = await startTestService()
  folder = mkdtempSync(join(tmpdir(), 'longrun-runtimes-'))
  const body = JSON.stringify({ type: 'ping', event: 'PING', timestamp: new Date().toISOString(), text: seen.text })
  const signed = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(Date.now() / 1000)) }
  const signature = new Webhook(secret).sign('msg_1', new Date(), body)
  const webhook = { headers: { ...signed, 'webhook-signature': signature }, body }
  given = { baseUrl: service.url, apiKey: service.apiKey, webhook, secret }
})
afterAll(async () => {
  await service.close()
  rmSync(folder, { recursive: true })
})

/** In one file, as a bundler makes it for the platform. */
async function bundled(format: 'esm' | 'iife'): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: top, loader: 'js' },
    bundle: true,
    format,
    globalName: 'program',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    external: ['node:*'],
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

describe('the client', () => {
  it('runs in an edge runtime, which has no module of Node', async () => {
    const runtime = new EdgeVM()
    runtime.evaluate(await bundled('iife'))
    // As text, because the values of the runtime have prototypes of their own.
    const answer = runtime.evaluate<Promise<string>>(
      `program.main(${JSON.stringify(given)}).then((seen) => JSON.stringify(seen))`,
    )
    expect(JSON.parse(await answer)).toEqual(seen)
  })

  // Skipped where the runtime is not installed.
  it.for([
    { name: 'bun', options: ['run'] },
    { name: 'deno', options: ['run', '--no-prompt', '--allow-net=127.0.0.1,localhost'] },
  ])('runs in $name', async ({ name, options }, { skip }) => {
    skip(spawnSync(name, ['--version']).status !== 0, `${name} is not in PATH`)
    const main = join(folder, `${name}.mjs`)
    writeFileSync(main, `${await bundled('esm')}\nconsole.log(JSON.stringify(await main(${JSON.stringify(given)})))`)
    const { stdout } = await run(name, [...options, main], { cwd: folder })
    expect(JSON.parse(stdout)).toEqual(seen)
  })
})
