import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { packageRoot } from '../../server/lib/package.ts'
import { type Entry, editedEntry } from './bundle.ts'
import type { Failpoint } from './failpoints.ts'
import type { Mutant } from './mutants.ts'

const globals = join(import.meta.dirname, 'globals.ts')

/** Edits of the sources of a process. */
export type Sabotage = {
  mutants?: Mutant[]
  /** Places at which executors end, selected by the input of an operation. */
  strikes?: Failpoint[]
  /** The failpoint at which the process ends or freezes once, and at which pass. */
  at?: { failpoint: Failpoint; action: 'kill' | 'stop'; turn?: number }
}

/** A process that a test started. */
export type Process = {
  pid: number
  /** Address of the API; undefined without the role `api`. */
  url: string
  /** The complete output. */
  printed(): string
  /** Resolves once the output matches `pattern`; rejects when the process ends first. */
  untilPrinted(pattern: RegExp): Promise<RegExpExecArray>
  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGUSR2'): void
  /** The processes that reached the failpoint: this process or its executors. */
  struck(): number[]
  exited: Promise<{ code: number | null; signal: string | null }>
  /** Ends the process in any state, after a test. */
  end(): Promise<void>
}

export type Environment = Record<string, string>

/** Starts the service; resolves when its API listens or its worker works. */
export async function startProcess(
  environment: Environment,
  sabotage: Sabotage = {},
  entry: Entry = 'main',
): Promise<Process> {
  const { mutants = [], strikes = [], at } = sabotage
  const edits = [...mutants, ...strikes, ...(at ? [at.failpoint] : [])]
  const isShipped = entry === 'main' && edits.length === 0
  const file = isShipped ? join(packageRoot, 'dist/server/main.js') : await editedEntry(entry, edits)
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [file], {
    env: {
      PATH,
      HOME,
      ...(edits.length > 0 ? { NODE_OPTIONS: `--import=${globals}` } : {}),
      // Failpoints in executors, too.
      EXECUTOR_ENV: 'NODE_OPTIONS,FAULTS_AT,DATA_DIR',
      PORT: '0',
      LOG_LEVEL: 'warn',
      ...environment,
      ...(at ? { FAULTS_AT: [at.failpoint, at.action, at.turn ?? 1].join(':') } : {}),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const running = observe(child)
  await running.untilPrinted(/Longrun (listens|works)/).catch(async (error) => {
    await running.end()
    throw error
  })
  running.url = /listens on (\S+)/.exec(running.printed())?.[1] ?? ''
  return running
}

function observe(child: ChildProcess): Process {
  let printed = ''
  const waiting = new Set<() => void>()
  const append = (chunk?: Buffer) => {
    printed += chunk?.toString() ?? ''
    for (const check of waiting) check()
  }
  child.stdout?.on('data', append)
  child.stderr?.on('data', append)
  let ended = false
  const exited = once(child, 'close').then(([code, signal]) => {
    ended = true
    append()
    return { code: code as number | null, signal: signal as string | null }
  })
  const send = (name: NodeJS.Signals) => {
    if (!ended) child.kill(name)
  }
  const struck = () => [...printed.matchAll(/^fault \S+ in (\d+)$/gm)].map(([, pid]) => Number(pid))
  return {
    pid: child.pid as number,
    url: '',
    printed: () => printed,
    untilPrinted: (pattern) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const found = pattern.exec(printed)
          if (!found && !ended) return
          waiting.delete(check)
          if (found) resolve(found)
          else reject(new Error(`it ended without ${pattern}: ${printed}`))
        }
        waiting.add(check)
        check()
      }),
    signal: send,
    struck,
    exited,
    async end() {
      send('SIGCONT')
      send('SIGKILL')
      // A frozen executor does not notice the exit of its worker.
      for (const pid of struck()) if (isThere(pid)) process.kill(pid, 'SIGKILL')
      await exited
    },
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
