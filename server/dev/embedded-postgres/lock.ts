import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OperatorError } from '../../domain/operator-error.ts'
import { isAlive, startedAt } from './processes.ts'

/**
 * Locks `folder` for this process, so that two services do not share one embedded PostgreSQL, which one of them would stop. Takes over the lock
 * of a process that has ended. Throws an `OperatorError` that names the process with the lock.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'service.lock')
  const mine = `${process.pid} ${await startedAt(process.pid)}`
  for (let round = 0; round < 3; round++) {
    if (await place(file, mine)) return () => rm(file, { force: true })
    const holder = await holderOf(folder)
    if (holder !== undefined) {
      throw new OperatorError(
        `${folder} is in use by process ${holder}: stop that service, or give this one another DATA_DIR or a DATABASE_URL`,
      )
    }
    await removeStale(file)
  }
  throw new OperatorError(`${file} could not be taken: remove it if no service runs on ${folder}`)
}

/** The pid of the running process that has locked `folder`. */
export async function holderOf(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, 'service.lock'), 'utf8').catch(() => '')
  return (await isHeld(text)) ? Number(text.split(' ')[0]) : undefined
}

/** Creates the lock file with its content at once, because an empty lock file would be considered stale. */
async function place(file: string, text: string): Promise<boolean> {
  const own = ownName(file)
  await writeFile(own, text)
  try {
    await link(own, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    await rm(own, { force: true })
  }
}

/** Renames the lock file first, and renames it back if another process has replaced it meanwhile. */
async function removeStale(file: string) {
  const aside = ownName(file)
  try {
    await rename(file, aside)
  } catch {
    return
  }
  if (await isHeld(await readFile(aside, 'utf8'))) await link(aside, file).catch(() => {})
  await rm(aside, { force: true })
}

let names = 0
const ownName = (file: string) => `${file}.${process.pid}.${names++}`

async function isHeld(text: string): Promise<boolean> {
  const [pid, started] = text.split(' ')
  return Number(pid) > 0 && (await isAlive(Number(pid))) && (await startedAt(Number(pid))) === started
}
