import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** Runs a program as the first process of a container, without an init. When it ends, the kernel kills all others. */
const container = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']
const isPermitted = spawnSync('env', [...container, 'true']).status === 0

it.skipIf(!isPermitted)('npm start as the first process of a container stops in order on SIGTERM', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'longrun-first-'))
  const { PATH = '', HOME = '' } = process.env
  const [program = '', ...options] = container
  const child = spawn(program, [...options, 'npm', 'start'], {
    env: { PATH, HOME, PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = once(child, 'exit')
  try {
    let printed = ''
    const listening = Promise.withResolvers<void>()
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString()
        if (/listens on/.test(printed)) listening.resolve()
      })
    void exit.then(() => listening.reject(new Error(`it ended: ${printed}`)))
    await listening.promise
    const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
    process.kill(Number(children.trim()), 'SIGTERM')
    expect(await exit).toEqual([0, null])
    expect(printed).toContain('Longrun is stopping.')
    expect(printed).not.toContain('npm error')
    // A server that was killed leaves its file.
    await expect(access(join(dataDir, 'postgres/postmaster.pid'))).rejects.toMatchObject({ code: 'ENOENT' })
  } finally {
    child.kill('SIGKILL')
    await exit
    await rm(dataDir, { recursive: true, force: true })
  }
})
