import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'

const main = join(import.meta.dirname, '../../dist/server/main.js')
const canary = `canary-${randomBytes(9).toString('hex')}`

/** A secret in every kind of variable that a service may be started with: its own, those of libraries and those of the machine. */
const planted = {
  API_KEYS: `alice:${canary}`,
  SECRETS_KEY: Buffer.from(canary.padEnd(32)).toString('base64').slice(0, 44),
  METRICS_KEY: canary,
  JWT_ISSUER: `https://${canary}.example.com`,
  JWT_AUDIENCE: canary,
  JWT_ALGORITHMS: 'RS256',
  PUBLIC_URL: `https://${canary}.example.com`,
  VENDOR_STOCK_URL: `http://127.0.0.1:9/${canary}`,
  VENDOR_PAYMENT_URL: `http://127.0.0.1:9/${canary}`,
  VENDOR_CARRIER_URL: `http://127.0.0.1:9/${canary}`,
  VENDOR_CONFIRMATION_URL: `http://127.0.0.1:9/${canary}`,
  VENDOR_IDENTITY_URL: `http://127.0.0.1:9/${canary}`,
  VENDOR_CRIMINAL_RECORDS_URL: `http://127.0.0.1:9/${canary}`,
  VENDOR_EMPLOYMENT_URL: `http://127.0.0.1:9/${canary}`,
  VENDOR_EDUCATION_URL: `http://127.0.0.1:9/${canary}`,
  PGPASSWORD: canary,
  PGPASSFILE: canary,
  AWS_ACCESS_KEY_ID: canary,
  AWS_SECRET_ACCESS_KEY: canary,
  AWS_SESSION_TOKEN: canary,
  GITHUB_TOKEN: canary,
  NODE_AUTH_TOKEN: canary,
  npm_config__authToken: canary,
  npm_config_registry: `https://user:${canary}@registry.example.com`,
  HTTPS_PROXY: `http://user:${canary}@proxy.example.com`,
  NODE_OPTIONS: `--title=${canary}`,
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
  OTEL_EXPORTER_OTLP_HEADERS: `authorization=${canary}`,
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: `x-api-key=${canary}`,
  OTHER_PASSWORD: canary,
}
const secrets = [canary, planted.SECRETS_KEY]

/** The variables that a child process may have. The last two are Node's own, for the channel to the child. */
const allowed = new Set(
  'PATH HOME TMPDIR TMP TEMP TZ LANG LC_ALL LC_CTYPE NODE_EXTRA_CA_CERTS SSL_CERT_FILE SSL_CERT_DIR NODE_COMPILE_CACHE'
    .concat(' NODE_CHANNEL_FD NODE_CHANNEL_SERIALIZATION_MODE')
    .split(' '),
)

type Seen = { command: string; environment: string[] }

/** Reads the command and environment of each process below `pid` repeatedly until `over` is aborted. Some live for milliseconds only. */
async function descendants(pid: number, over: AbortSignal): Promise<Map<number, Seen>> {
  const seen = new Map<number, Seen>()
  const own = await read(pid, 'cmdline')
  while (!over.aborted) {
    const pids = (await readdir('/proc')).map(Number).filter((one) => one > 0)
    const parents = new Map(await Promise.all(pids.map(async (one) => [one, await parentOf(one)] as const)))
    const isBelow = (one: number | undefined): boolean =>
      one !== undefined && (one === pid || isBelow(parents.get(one)))
    for (const one of pids.filter((one) => one !== pid && isBelow(one))) {
      const [command, environment] = [await read(one, 'cmdline'), await read(one, 'environ')]
      // A child is a copy of the service until it executes another program.
      if (command === '' || command === own || environment === '') continue
      seen.set(one, { command, environment: environment.split('\0').filter((entry) => entry !== '') })
    }
    await delay(5)
  }
  return seen
}

const read = (pid: number, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')

async function parentOf(pid: number): Promise<number | undefined> {
  const stat = await read(pid, 'stat')
  return stat === '' ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

/**
 * Starts the service on an empty folder with a separate database until its executors run; returns the environments of its child processes.
 */
async function childrenWith(environment: Record<string, string>): Promise<Seen[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'longrun-environment-'))
  const { PATH = '', HOME = '' } = process.env
  const env = { PATH, HOME, DATA_DIR: dataDir, PORT: '0', WORKER_CONCURRENCY: '2', ...environment }
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const over = new AbortController()
  const looking = descendants(child.pid as number, over.signal)
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await exited
    await rm(dataDir, { recursive: true, force: true })
  })
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += String(chunk)
    if (/listens on/.test(printed) && /worker\.started/.test(printed)) break
  }
  // An executor was started with the worker and has its environment from its start.
  await delay(500)
  over.abort()
  return [...(await looking).values()]
}

it('no child process gets a secret of the service’s environment or a variable that it does not need', async () => {
  const seen = await childrenWith(planted)
  const commands = seen.map(({ command }) => command.split('\0').join(' ')).join('\n')
  for (const kind of [/executor\.js/, /initdb/, /postgres/]) expect(commands).toMatch(kind)
  for (const { command, environment } of seen) {
    const names = environment.map((entry) => entry.slice(0, entry.indexOf('=')))
    // Postgres processes overwrite their environment with their titles.
    const more = /executor\.js/.test(command) ? names.filter((name) => !allowed.has(name)) : []
    expect(more, command).toEqual([])
    for (const secret of secrets) expect(environment.join('\n'), command).not.toContain(secret)
    for (const secret of secrets) expect(command).not.toContain(secret)
  }
})

it('executors get the variables that EXECUTOR_ENV names, and no others', async () => {
  const seen = await childrenWith({ ...planted, VENDOR_TOKEN: 'for handlers', EXECUTOR_ENV: 'VENDOR_TOKEN' })
  const executors = seen.filter(({ command }) => /executor\.js/.test(command))
  expect(executors.length).toBeGreaterThan(0)
  for (const { environment } of executors) {
    expect(environment).toContain('VENDOR_TOKEN=for handlers')
    for (const secret of secrets) expect(environment.join('\n')).not.toContain(secret)
  }
})
