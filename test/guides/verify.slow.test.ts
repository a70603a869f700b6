import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hook, openHook } from '../http/hook.ts'
import { ask } from '../http/requests.ts'
import { createPause } from '../support/poll.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { snippetsIn } from './snippets.ts'
import { programs } from './verify/programs.ts'

type Message = { body: string; id: string; timestamp: string; signatures: string; secret: string }
type Case = { title: string; message: Message; isGenuine: boolean }

const encoded = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const raw = 'my-webhook-secret'
let service: TestService
let hook: Hook
let folder: string
let cases: Case[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longrun-verify-'))
  hook = await openHook()
  service = await startTestService({ WEBHOOK_ALLOW_INSECURE: 'true' })
  cases = casesOf(await sent(encoded), await sent(raw))
})
afterAll(async () => {
  await service.close()
  hook.close()
  rmSync(folder, { recursive: true })
})

/** A message as the service sends it. */
async function sent(secret: string): Promise<Message> {
  const before = hook.messages.length
  // Text outside ASCII is part of the signed bytes.
  const json = { format: 'CSV', labels: { team: 'Zürich, 東京' }, webhook: { url: hook.url, secret } }
  const { status } = await ask(service, '/api/v1/customers:export', { method: 'POST', json })
  expect(status).toBe(202)
  const pause = createPause()
  while (hook.messages.length === before) await pause()
  const { headers, body } = hook.messages.at(-1) ?? { headers: {}, body: '' }
  const header = (name: string) => String(headers[name])
  return {
    body,
    id: header('webhook-id'),
    timestamp: header('webhook-timestamp'),
    signatures: header('webhook-signature'),
    secret,
  }
}

/** The message, signed by the secret for another moment. */
function signedAt(message: Message, seconds: number): Message {
  const at = Math.floor(Date.now() / 1000) + seconds
  const signatures = new Webhook(message.secret).sign(message.id, new Date(at * 1000), message.body)
  return { ...message, timestamp: String(at), signatures }
}

function casesOf(message: Message, withRaw: Message): Case[] {
  const right = message.signatures
  const wrong = `v1,${Buffer.alloc(32).toString('base64')}`
  const genuine = (title: string, changed: Message): Case => ({ title, message: changed, isGenuine: true })
  const forged = (title: string, changed: Message): Case => ({ title, message: changed, isGenuine: false })
  return [
    genuine('as sent', message),
    genuine('with a secret that is no base64', withRaw),
    genuine('during a rotation, the right signature last', { ...message, signatures: `${wrong} ${right}` }),
    genuine('during a rotation, the right signature first', { ...message, signatures: `${right} ${wrong}` }),
    genuine('four minutes old', signedAt(message, -240)),
    forged('a wrong signature', { ...message, signatures: wrong }),
    forged('no signature', { ...message, signatures: '' }),
    forged('another version of signatures', { ...message, signatures: right.replace('v1,', 'v2,') }),
    forged('a truncated signature', { ...message, signatures: right.slice(0, -4) }),
    forged('a signature that is no ASCII', { ...message, signatures: `${right}é` }),
    forged('a body with one more space', { ...message, body: `${message.body} ` }),
    forged('an empty body', { ...message, body: '' }),
    forged('another id', { ...message, id: 'msg_other' }),
    forged('another timestamp', { ...message, timestamp: String(Number(message.timestamp) + 1) }),
    forged('a secret of another receiver', { ...message, secret: raw }),
    forged('six minutes old', signedAt(message, -360)),
    forged('six minutes ahead', signedAt(message, 360)),
    ...['', 'soon', '1e9', '-1', '٣', '99999999999999999999'].map((timestamp) =>
      forged(`the timestamp ${JSON.stringify(timestamp)}`, { ...message, timestamp }),
    ),
  ]
}

const runs = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

describe.each(Object.entries(programs))('the function of the guide in %s', (language, { files, commands }) => {
  const [snippet] = snippetsIn(language).filter(({ guide }) => guide === 'verify-webhooks')
  const missing = commands.map(([program = '']) => program).find((program) => !runs(program))

  it.skipIf(missing !== undefined)(`accepts genuine messages only${missing ? ` (there is no ${missing})` : ''}`, () => {
    const here = join(folder, language)
    mkdirSync(here)
    for (const [name, text] of Object.entries(files(snippet?.code ?? ''))) writeFileSync(join(here, name), text)
    const args = cases.flatMap(({ message: { body, id, timestamp, signatures, secret } }, at) => {
      writeFileSync(join(here, `body-${at}`), body)
      return [`body-${at}`, id, timestamp, signatures, secret]
    })
    let printed = ''
    for (const [at, [program = '', ...given]] of commands.entries()) {
      const all = at === commands.length - 1 ? [...given, ...args] : given
      printed = execFileSync(program === 'node' ? process.execPath : program, all, { cwd: here, encoding: 'utf8' })
    }
    const found = printed.trim().split('\n')
    expect(cases.map(({ title }, at) => `${title}: ${found[at]}`)).toEqual(
      cases.map(({ title, isGenuine }) => `${title}: ${isGenuine}`),
    )
  })
})

it('every function of the guide is run', () => {
  const languages = snippetsIn(...Object.keys(programs)).filter(({ guide }) => guide === 'verify-webhooks')
  expect(languages.map(({ language }) => language)).toEqual(Object.keys(programs))
})
