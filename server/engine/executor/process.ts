import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type ExecutorPools, soloPool } from '../../database/pool-sizes.ts'
import type { S3Credentials } from '../../files/open.ts'
import { entryPoint } from '../../lib/package.ts'
import type { OpenLink } from './pool.ts'
import type { CredentialsAnswer, FromExecutor, Setup } from './protocol.ts'

const pageBytes = 4096

/**
 * The environment variables that an executor inherits. Handlers, their libraries and their child processes can read them, so none contains a
 * credential: the database URL comes in `Setup`, and credentials for files on request, both over the IPC channel.
 */
const systemVariables = ['PATH', 'HOME', 'TMPDIR', 'TMP', 'TEMP', 'TZ', 'LANG', 'LC_ALL', 'LC_CTYPE', 'SystemRoot']
/** Paths of trusted certificates and of the compile cache. */
const nodeVariables = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_COMPILE_CACHE']

type Given = {
  /** Names of further environment variables that executors inherit. */
  variables: readonly string[]
  fileCredentials?: (() => Promise<S3Credentials>) | undefined
}

/** Opens executors as child processes. */
export function executorProcesses(
  setup: Omit<Setup, 'pool'>,
  pools: ExecutorPools,
  { variables, fileCredentials }: Given,
): OpenLink {
  const entry = entryPoint('executor', setup.handlers)
  const names = new Set([...systemVariables, ...nodeVariables, ...variables])
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => names.has(name)))
  return ({ received, exited }, solo) => {
    const child = fork(entry, [], {
      env,
      // Without it V8 enlarges its young generation for a stream of short-lived rows: an import of 500,000 lines peaks at 340 MB, with it at
      // 230 MB.
      execArgv: ['--semi-space-growth-factor=1'],
      serialization: 'json',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    // Errors of `send` are ignored: the `exit` event follows.
    const send = (message: unknown) => {
      if (child.connected) child.send(message as object, () => {})
    }
    child.on('message', (message) => {
      if (Array.isArray(message)) received(message as FromExecutor[])
      else void answerOf(fileCredentials).then(send)
    })
    child.on('error', () => {})
    child.on('exit', exited)
    send({ ...setup, pool: solo ? soloPool : pools.each } satisfies Setup)
    return {
      send,
      rssBytes: () => residentBytes(child.pid),
      kill: () => child.kill('SIGKILL'),
    }
  }
}

/** The answer to a `CredentialsRequest`. */
async function answerOf(fileCredentials: Given['fileCredentials']): Promise<CredentialsAnswer> {
  const found = await fileCredentials?.().catch(() => undefined)
  if (!found) return {}
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = found
  return { credentials: { accessKeyId, secretAccessKey, sessionToken, expiresAt: expiration?.getTime() } }
}

/** On Linux only; elsewhere undefined. */
function residentBytes(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * pageBytes
  } catch {
    return undefined
  }
}
