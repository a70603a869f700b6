import { readFileSync, writeFileSync, writeSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { edited } from './edits.ts'
import { failpoints } from './failpoints.ts'
import { mutants } from './mutants.ts'

/**
 * Given to a process, and by it to its executors, with `--import` in NODE_OPTIONS. FAULTS_EDITS names mutants and failpoints; FAULTS_AT says what a failpoint does: `name:kill` or
 * `name:stop`, and `name:stop:3` at the third time that the process comes by.
 */
const top = resolve(import.meta.dirname, '../..')
const names = (process.env.FAULTS_EDITS ?? '').split(',').filter((name) => name !== '')
const edits = names.map((name) => {
  const edit = [...mutants, ...failpoints].find((known) => known.name === name)
  if (!edit) throw new Error(`there is no mutant or failpoint ${name}`)
  return edit
})

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.startsWith('file:')) return loaded
    const path = fileURLToPath(url)
    const mine = edits.filter(({ file }) => join(top, file) === path)
    if (mine.length === 0) return loaded
    const source = mine.reduce(edited, readFileSync(path, 'utf8'))
    writeSync(2, `edited ${relative(top, path)}\n`)
    return { ...loaded, source }
  },
})

const [place, action, turn = '1'] = (process.env.FAULTS_AT ?? '').split(':')
let left = Number(turn)

/** Ends or freezes this process, if it is told to here and now. Says so before, for whoever waits. */
function fault(name: string): void {
  if (name !== place || left === 0) return
  left -= 1
  if (left > 0) return
  writeSync(2, `fault ${name} in ${process.pid}\n`)
  process.kill(process.pid, action === 'stop' ? 'SIGSTOP' : 'SIGKILL')
}

type Struck = { operationId: string; input: Record<string, unknown> }

/**
 * The same inside of an executor, where a delivery's `warehouse` asks for it: `executor step-called chargePayment once` ends that process
 * when it has called the vendor, and does so at the first attempt alone. `worker`: the worker with it, as a machine that is lost.
 */
function strike(name: string, step: string, { operationId, input }: Struck): void {
  const [victim, at, of, often] = String(input.warehouse).split(' ')
  if (at !== name || of !== step || (often === 'once' && !isFirst(operationId))) return
  writeSync(2, `strike ${victim} ${name} ${step}\n`)
  if (victim === 'worker') process.kill(process.ppid, 'SIGKILL')
  process.kill(process.pid, 'SIGKILL')
}

/** Over all processes that share a folder. */
function isFirst(operationId: string): boolean {
  try {
    writeFileSync(join(process.env.DATA_DIR ?? '', `struck-${operationId}`), '', { flag: 'wx' })
    return true
  } catch {
    return false
  }
}

Object.assign(globalThis, { fault, strike })
