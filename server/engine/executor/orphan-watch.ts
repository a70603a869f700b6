import { Worker } from 'node:worker_threads'

const everyMs = 500

/** Runs beside the event loop: the end of the line to the worker is heard by that loop alone. */
const watch = `
  const { workerData } = require('node:worker_threads')
  setInterval(() => {
    if (process.ppid !== workerData.parent) process.kill(process.pid, 'SIGKILL')
  }, workerData.everyMs)
`

/**
 * Ends this process within a second after its parent, even while a handler blocks the event loop: nobody would be left to end it.
 * `parent`: as it was when the process started.
 */
export function endWithParent(parent: number): void {
  const resourceLimits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 }
  new Worker(watch, { eval: true, execArgv: [], workerData: { parent, everyMs }, resourceLimits }).unref()
}
