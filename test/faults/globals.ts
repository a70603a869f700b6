import { writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Defines the functions that failpoints call, in a process and its executors: loaded with `--import` in NODE_OPTIONS. FAULTS_AT selects the
 * action of a failpoint: `name:kill`, `name:stop`, or `name:stop:3` for the third pass.
 */
const [place, action, turn = '1'] = (process.env.FAULTS_AT ?? '').split(':')
let left = Number(turn)

/** Ends or freezes this process at the selected failpoint and pass. First prints a line for the waiting test. */
function fault(name: string): void {
  if (name !== place || left === 0) return
  left -= 1
  if (left > 0) return
  writeSync(2, `fault ${name} in ${process.pid}\n`)
  process.kill(process.pid, action === 'stop' ? 'SIGSTOP' : 'SIGKILL')
}

type Struck = { operationId: string; attempt: number; input: Record<string, unknown> }

/**
 * The same inside an executor, selected by the `warehouse` of a delivery: `executor step-called chargePayment once` ends that process
 * after the vendor call of the first attempt. `worker` also ends the worker, like a lost machine.
 */
function strike(name: string, step: string, { operationId, attempt, input }: Struck): void {
  const [victim, at, of, often] = String(input.warehouse).split(' ')
  if (at !== name || of !== step || (often === 'once' && !isFirst(operationId, attempt))) return
  writeSync(2, `strike ${victim} ${name} ${step}\n`)
  if (victim === 'worker') process.kill(process.ppid, 'SIGKILL')
  process.kill(process.pid, 'SIGKILL')
}

/** Over all processes that share a folder. The file holds the number of the attempt. */
function isFirst(operationId: string, attempt: number): boolean {
  try {
    writeFileSync(join(process.env.DATA_DIR ?? '', `struck-${operationId}`), String(attempt), { flag: 'wx' })
    return true
  } catch {
    return false
  }
}

Object.assign(globalThis, { fault, strike })
