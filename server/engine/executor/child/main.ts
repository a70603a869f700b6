import type { Setup, ToExecutor } from '../protocol.ts'
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
  const [{ connectHandlers }, { diskStore }, { serve }, { handlers }] = await Promise.all([
    import('../../../database/connection.ts'),
    import('../../../files/store.ts'),
    import('./serve.ts'),
    import(setup.handlers),
  ])
  const { db, copyPool } = connectHandlers(setup.databaseUrl, { ...setup.pool, applicationName: 'longrun executor' })
  const { databaseUrl: _, filesFolder, minFreeBytes, handlers: __, pool: ___, ...shared } = setup
  const files = diskStore(filesFolder, { minFreeBytes })
  const resources = { ...shared, db, copyPool, files, handlers }
  // Errors of `send` are ignored: the `disconnect` event follows.
  const receive = serve(resources, (messages) => process.send?.(messages, undefined, undefined, () => {}))
  process.off('message', keep)
  process.on('message', receive)
  for (const messages of early) receive(messages)
}
