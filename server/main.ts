import { enableCompileCache } from 'node:module'

// Caches stripped types and compiled code in the system's temporary folder, which saves a quarter of a start's processor time.
enableCompileCache()

/** Longer than an orderly stop takes. */
const crashMs = 30_000

const { readConfig } = await import('./app/config.ts')
const { OperatorError } = await import('./domain/operator-error.ts')
const { startService } = await import('./app/service.ts')

const starting = Promise.resolve().then(() => startService(readConfig(process.env)))

// A closed standard output or error must not end the service.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

// Handles signals during the start too, so that the embedded PostgreSQL is always stopped.
let stopping = false
let crashed = false
function stop(exitCode: 0 | 1) {
  if (stopping) return
  stopping = true
  process.stdout.write('Longrun is stopping.\n')
  starting.then((service) => service.close()).then(() => process.exit(crashed ? 1 : exitCode), fail)
}
process.on('SIGTERM', () => stop(0))
process.on('SIGINT', () => stop(0))

/**
 * After an uncaught error the state of the process is unknown, so it stops in order (releases its operations, stops the embedded PostgreSQL)
 * and exits with code 1 within 30 seconds. A supervisor restarts it.
 */
process.on('uncaughtException', (error) => {
  if (crashed) return
  crashed = true
  process.stderr.write(`Longrun stops because of an unexpected error.\n${describe(error)}\n`)
  setTimeout(() => process.exit(1), crashMs).unref()
  stop(1)
})

if (process.env.npm_lifecycle_event) stopWithParent()

const service = await starting.catch(fail)
if (!stopping) announce()
void service.failed.then((reason) => {
  if (!stopping) process.stderr.write(`Longrun cannot go on: ${reason.message}\n`)
  stop(1)
})

function announce() {
  if (service.url) say(`Longrun listens on ${service.url} (documentation: ${service.url}/docs)`)
  else say('Longrun works, without the API.')
  if (service.metricsUrl) say(`Metrics: ${service.metricsUrl}`)
  const { developmentKey } = service
  if (!developmentKey) return
  const { key, path, made } = developmentKey
  // The key is printed only to a terminal: other output may be stored in logs.
  say(`Development key: ${made && process.stdout.isTTY ? `${key.key}, kept in ` : 'in '}${path}`)
}

function say(line: string) {
  process.stdout.write(`${line}\n`)
}

/** Prints an error for operators as a sentence, and any other error with its stack. */
function fail(error: unknown): never {
  const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  const known = error instanceof OperatorError || inUse
  const text = known ? error.message : describe(error)
  process.stderr.write(`Longrun ${stopping ? 'did not stop cleanly' : 'cannot start'}.\n${text}\n`)
  process.exit(1)
}

/** Contains the text of a failed query, but never its parameters, which may be secrets. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('query' in error && 'params' in error) return `Failed query: ${error.query}\n${describe(error.cause)}`
  const cause = error.cause === undefined ? '' : `\nbecause of ${describe(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}

/** npm starts the service through a shell, and a SIGTERM to npm ends only that shell: stops the service when the shell has ended. */
function stopWithParent() {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) stop(0)
  }, 250).unref()
}
