/** The attacking thread. It is separate so that its work does not delay the neighbour's measurements. */
import { parentPort, workerData } from 'node:worker_threads'
import type { HostilePattern, Target } from './pattern.ts'

const { file, target } = workerData as { file: string; target: Target }
const stop = new AbortController()
parentPort?.once('message', () => stop.abort())
const { pattern } = (await import(file)) as { pattern: HostilePattern }
await pattern.attack(target, { begun: () => parentPort?.postMessage('begun'), stop: stop.signal })
process.exit(0)
