import { Worker } from 'node:worker_threads'

const intervalMs = 500

/** Runs in a thread: a blocked event loop would not receive `disconnect`. */
const watch = `
  const { workerData } = require('node:worker_threads')
  setInterval(() => {
    if (process.ppid !== workerData.parent) process.kill(process.pid, 'SIGKILL')
  }, workerData.intervalMs)
`

/** Ends this process within a second after its parent, even while a handler blocks the event loop. `parent`: the parent's pid. */
export function endWithParent(parent: number): void {
  const resourceLimits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 }
  new Worker(watch, { eval: true, execArgv: [], workerData: { parent, intervalMs }, resourceLimits }).unref()
}
