import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import type { Failpoint } from './failpoints.ts'
import type { Mutant } from './mutants.ts'

const top = resolve(import.meta.dirname, '../..')
const loader = join(import.meta.dirname, 'loader.ts')
/** As the service has it: most of the start of a test's worker, too. */
const resolution = join(top, 'server/module-resolution.ts')

/** What is different about a process. */
export type Sabotage = {
  mutants?: Mutant[]
  /** Places at which its executors end where an operation's own input asks for it. */
  strikes?: Failpoint[]
  /** Where it ends or freezes, once, and at which of the times that it comes by. */
  at?: { failpoint: Failpoint; action: 'kill' | 'stop'; turn?: number }
}

/** A process that a test started, and may end. */
export type Process = {
  pid: number
  /** Where its API listens; undefined without one. */
  url: string
  /** All that it has printed. */
  printed(): string
  /** Resolves once it has printed what `pattern` matches; rejects when it ends first. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
  /** The processes that came to its failpoint: it, or executors of its own. */
  struck(): number[]
  exited: Promise<{ code: number | null; signal: string | null }>
  /** Ends it whatever state it is in: for after a test. */
  end(): Promise<void>
}

export type Environment = Record<string, string>

/** Starts `server/main.ts`; resolves when it serves, or works. */
export async function startProcess(
  environment: Environment,
  sabotage: Sabotage = {},
  entry = 'server/main.ts',
): Promise<Process> {
  const { mutants = [], strikes = [], at } = sabotage
  const edits = [...mutants, ...strikes, ...(at ? [at.failpoint] : [])]
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [`--import=${resolution}`, join(top, entry)], {
    env: {
      PATH,
      HOME,
      // By the environment, which its executors inherit, too.
      ...(edits.length > 0 ? { NODE_OPTIONS: `--import=${loader}` } : {}),
      PORT: '0',
      LOG_LEVEL: 'warn',
      ...environment,
      FAULTS_EDITS: edits.join(','),
      ...(at ? { FAULTS_AT: [at.failpoint, at.action, at.turn ?? 1].join(':') } : {}),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const running = follow(child)
  await running.says(/Longrun (listens|works)/).catch(async (error) => {
    await running.end()
    throw error
  })
  running.url = /listens on (\S+)/.exec(running.printed())?.[1] ?? ''
  return running
}

function follow(child: ChildProcess): Process {
  let printed = ''
  const waiting = new Set<() => void>()
  const hear = (chunk?: Buffer) => {
    printed += chunk?.toString() ?? ''
    for (const look of waiting) look()
  }
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  let ended = false
  const exited = once(child, 'close').then(([code, signal]) => {
    ended = true
    hear()
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
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(printed)
          if (!found && !ended) return
          waiting.delete(look)
          if (found) resolve(found)
          else reject(new Error(`it ended without ${pattern}: ${printed}`))
        }
        waiting.add(look)
        look()
      }),
    signal: send,
    struck,
    exited,
    async end() {
      send('SIGCONT')
      send('SIGKILL')
      // A frozen executor does not see that its worker has gone.
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
