import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { OpenLink } from './executors.ts'
import type { FromExecutor, Setup } from './protocol.ts'

const entry = fileURLToPath(new URL('../executor.ts', import.meta.url))
const pageBytes = 4096

/** Executors as processes: what a handler does to its own, the worker and its neighbours elsewhere survive. */
export function executorProcesses(setup: Setup): OpenLink {
  return ({ heard, ended }) => {
    const child = fork(entry, [], {
      execArgv: [],
      serialization: 'json',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    // A process that is ending takes no more messages; that it ended is heard all the same.
    const send = (message: unknown) => {
      if (child.connected) child.send(message as object, () => {})
    }
    child.on('message', (messages) => heard(messages as FromExecutor[]))
    child.on('error', () => {})
    child.on('exit', ended)
    send(setup)
    return {
      send,
      rssBytes: () => residentBytes(child.pid),
      kill: () => child.kill('SIGKILL'),
    }
  }
}

/** As Linux accounts it; elsewhere undefined. */
function residentBytes(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * pageBytes
  } catch {
    return undefined
  }
}
