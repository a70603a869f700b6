import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Holds `folder` for this process, so that two services do not share one embedded Postgres and stop it under each other. A lock
 * whose process is gone is taken over. Throws a message that names the holder.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'service.lock')
  const mine = `${process.pid} ${await startedAt(process.pid)}`
  for (let round = 0; round < 3; round++) {
    try {
      const handle = await open(file, 'wx')
      await handle.writeFile(mine)
      await handle.close()
      return () => rm(file, { force: true })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    const holder = await readFile(file, 'utf8').catch(() => '')
    if (holder !== '' && (await isAlive(holder))) {
      throw new Error(
        `${folder} is in use by process ${holder.split(' ')[0]}: stop that service, or give this one another DATA_DIR ` +
          'or a DATABASE_URL',
      )
    }
    await rm(file, { force: true })
  }
  throw new Error(`${file} could not be taken: remove it if no service runs on ${folder}`)
}

async function isAlive(holder: string): Promise<boolean> {
  const [pid, started] = holder.split(' ')
  try {
    process.kill(Number(pid), 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return (await startedAt(Number(pid))) === started
}

/** When a process began, in ticks since boot: tells a recycled pid from the holder. `?` where there is no /proc. */
async function startedAt(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '?'
}
