import './driver-repairs.ts'
import './module-resolution.ts'
import { enableCompileCache } from 'node:module'

// Types are stripped and code is compiled once, not at each start: a quarter of its processor time. Node keeps it in the system's
// temporary folder; without one it starts as before.
enableCompileCache()

const { readConfig } = await import('./config.ts')
const { OperatorError } = await import('./lifecycle/operator-error.ts')
const { startService } = await import('./service.ts')

const starting = Promise.resolve().then(() => startService(readConfig(process.env)))

// From the first moment on: a service that is stopped while it starts must not leave its database behind.
let stopping = false
function stop() {
  if (stopping) return
  stopping = true
  process.stdout.write('Longrun is stopping.\n')
  starting.then((service) => service.close()).then(() => process.exit(0), fail)
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
if (process.env.npm_lifecycle_event) stopWithParent()

const service = await starting.catch(fail)
if (!stopping) announce()

function announce() {
  if (service.url) say(`Longrun listens on ${service.url} (documentation: ${service.url}/docs)`)
  else say('Longrun works, without the API.')
  const { developmentKey } = service
  if (developmentKey?.made) say(`Development key, kept in DATA_DIR/development-key: ${developmentKey.key}`)
}

function say(line: string) {
  process.stdout.write(`${line}\n`)
}

/** What an operator can act on is said in a sentence; anything else comes with its stack. */
function fail(error: unknown): never {
  const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  const known = error instanceof OperatorError || inUse
  const words = known ? error.message : wordsOf(error)
  process.stderr.write(`Longrun ${stopping ? 'did not stop cleanly' : 'cannot start'}.\n${words}\n`)
  process.exit(1)
}

/** Of a failed query the text, never the parameters: secrets are among them. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('query' in error && 'params' in error) return `Failed query: ${error.query}\n${wordsOf(error.cause)}`
  const cause = error.cause === undefined ? '' : `\nbecause of ${wordsOf(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}

/** npm starts us through a shell, and a SIGTERM to npm ends that shell alone: then we are what it meant. */
function stopWithParent() {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) stop()
  }, 250).unref()
}
