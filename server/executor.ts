import './memory.ts'
import './driver-repairs.ts'
import './module-resolution.ts'
import { endWithParent } from './engine/executor/orphan-watch.ts'
import type { Setup, ToExecutor } from './engine/protocol.ts'

/**
 * The process that handlers run in: started by a worker, told what to run, ended with it. It holds connections of its own for what
 * handlers read and write; everything about the operations themselves goes through the worker.
 */
process.once('message', (setup: Setup) => void start(setup))
process.once('disconnect', () => process.exit())
endWithParent(process.ppid)
// These are the worker's to decide on: a terminal sends them to the whole group.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})

async function start(setup: Setup) {
  const early: ToExecutor[][] = []
  const keep = (messages: ToExecutor[]) => early.push(messages)
  process.on('message', keep)
  const [{ connect }, { diskStore }, { serve }, { handlers }] = await Promise.all([
    import('./database/connect.ts'),
    import('./files/store.ts'),
    import('./engine/executor/serve.ts'),
    import(setup.handlers),
  ])
  const { db, copyPool } = connect(setup.databaseUrl, {
    poolSize: Math.min(4, setup.attempts),
    // Each handler that runs holds one; with fewer, those that wait would fail after the connect timeout.
    copyPoolSize: setup.attempts,
    applicationName: 'longrun executor',
  })
  const { vendors, phases, completedSeconds, failedSeconds, ownerOperations, ownerStoredBytes } = setup
  const files = diskStore(setup.filesFolder)
  const shared = { vendors, phases, completedSeconds, failedSeconds, ownerOperations, ownerStoredBytes }
  const resources = { ...shared, db, copyPool, files, handlers }
  // A worker that is gone takes no more messages; the end of the line is heard all the same.
  const hear = serve(resources, (messages) => process.send?.(messages, undefined, undefined, () => {}))
  process.off('message', keep)
  process.on('message', hear)
  for (const messages of early) hear(messages)
}
