import type { CredentialsAnswer, Setup, ToExecutor } from '../protocol.ts'
import { endWithParent } from './orphan-watch.ts'

/**
 * The process that runs handlers. A worker starts it, sends it attempts, and kills it. Its own database connections are for the handlers;
 * everything about operations is written by the worker.
 */
process.once('message', (setup: Setup) => void start(setup))
process.once('disconnect', () => process.exit())
endWithParent(process.ppid)
// A terminal sends these signals to the whole process group; the worker decides when its executors end.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})

async function start(setup: Setup) {
  const early: ToExecutor[][] = []
  const keep = (messages: ToExecutor[]) => early.push(messages)
  process.on('message', keep)
  const [{ connectHandlers }, { openFiles }, { serve }, { handlers }] = await Promise.all([
    import('../../../database/connection.ts'),
    import('../../../files/open.ts'),
    import('./serve.ts'),
    import(setup.handlers),
  ])
  const { db, copyPool } = connectHandlers(setup.databaseUrl, { ...setup.pool, applicationName: 'longrun executor' })
  const { databaseUrl: _, files: location, handlers: __, pool: ___, ...shared } = setup
  const credentials = location.kind === 's3' ? await import('./credentials.ts') : undefined
  const files = await openFiles(location, credentials?.workerCredentials)
  const resources = { ...shared, db, copyPool, files, handlers }
  // Errors of `send` are ignored: the `disconnect` event follows.
  const receive = serve(resources, (messages) => process.send?.(messages, undefined, undefined, () => {}))
  process.off('message', keep)
  process.on('message', (messages: ToExecutor[] | CredentialsAnswer) => {
    if (Array.isArray(messages)) receive(messages)
  })
  for (const messages of early) receive(messages)
}
