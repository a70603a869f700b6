import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Command, InvalidArgumentError } from 'commander'
import type { WebhookEvent } from '../../webhook-event.ts'
import { verifyWebhook, WebhookVerificationError } from '../../webhooks.ts'
import { checkedUrl, type GlobalOptions } from '../connection.ts'
import { CredentialError } from '../exit-code.ts'
import { each } from '../input.ts'
import { createOutput } from '../output.ts'

type Options = GlobalOptions & { port: number; host: string; secret?: string[]; forward?: string }

/** Webhooks are smaller; more is refused. */
const mostBytes = 2_000_000

export function addWebhookCommands(program: Command): void {
  const webhook = program.command('webhook').description('webhooks')

  webhook
    .command('listen')
    .description('receive webhooks on this machine: verify and print them, until Ctrl-C')
    .option('-p, --port <port>', 'where to listen', port, 9000)
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option(
      '--secret <secret>',
      'the secret of the receiver; repeatable during a rotation; default: LONGRUN_WEBHOOK_SECRET',
      each,
    )
    .option('--forward <url>', 'send each verified webhook on, unchanged')
    .action(async (_: unknown, command: Command) => {
      const { port, host, secret, forward, ...globals } = command.optsWithGlobals<Options>()
      const secrets = secret ?? [process.env.LONGRUN_WEBHOOK_SECRET].filter((one) => one !== undefined && one !== '')
      if (secrets.length === 0)
        throw new CredentialError('There is no secret to verify with. Set LONGRUN_WEBHOOK_SECRET or use --secret.')
      const target = forward === undefined ? undefined : checkedUrl(forward)
      const output = createOutput(globals)
      const server = createServer((request, response) => {
        receive(request, secrets as string[], target)
          .then(({ event, status }) => {
            output.show(event, lineOf)
            response.writeHead(status).end()
          })
          .catch((error: Error) => {
            output.note(`refused: ${error.message}`)
            refuse(response, error)
          })
      })
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, resolve)
      })
      const { port: bound } = server.address() as AddressInfo
      output.note(`Listening on http://${host.includes(':') ? `[${host}]` : host}:${bound}; Ctrl-C ends.`)
      await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve))
      server.closeAllConnections()
      server.close()
    })
}

function port(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('It must be a port, 0 to 65535.')
  return value
}

class TooLarge extends Error {}

/** The verified event, and the status of the response: that of the target if it is forwarded. */
async function receive(request: IncomingMessage, secrets: readonly string[], target: string | undefined) {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > mostBytes) throw new TooLarge(`the body is larger than ${mostBytes.toLocaleString('en')} bytes`)
    chunks.push(chunk)
  }
  const body = Buffer.concat(chunks)
  const event = await verifyWebhook({ headers: request.headers, body }, secrets)
  if (target === undefined) return { event, status: 204 }
  // The signature stays valid: the body and the headers that are signed are the same.
  const attributes = Object.keys(request.headers).filter((name) => name.startsWith('ce-'))
  const names = ['content-type', 'webhook-id', 'webhook-timestamp', 'webhook-signature', ...attributes]
  const headers = names.flatMap((name) =>
    request.headers[name] === undefined ? [] : [[name, String(request.headers[name])] as [string, string]],
  )
  const response = await fetch(target, { method: 'POST', headers, body, redirect: 'manual' })
  await response.body?.cancel()
  return { event, status: response.status }
}

function refuse(response: ServerResponse, error: Error) {
  const status = error instanceof WebhookVerificationError ? 401 : error instanceof TooLarge ? 413 : 502
  response.writeHead(status, { connection: 'close' }).end()
}

function lineOf(event: WebhookEvent): string {
  if ('operationId' in event)
    return `${event.event}  ${event.operationId}  ${'status' in event ? event.status : ''}`.trimEnd()
  return JSON.stringify(event)
}
