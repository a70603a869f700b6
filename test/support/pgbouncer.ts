import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether a PgBouncer is installed; npm cannot install one. */
export const hasPgBouncer = spawnSync('pgbouncer', ['--version']).status === 0

export type PgBouncer = { url: string; close(): Promise<void> }

const nobody = 65_534

/** A PgBouncer in front of the database of `url`. `settings`: lines of its configuration. It does not run as root, so root starts it as nobody. */
export async function startPgBouncer(url: string, settings: string[]): Promise<PgBouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'longrun-pgbouncer-'))
  const { hostname, port: serverPort, username, password, pathname } = new URL(url)
  const port = await freePort()
  const database = pathname.slice(1)
  const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)]
  const file = join(folder, 'pgbouncer.ini')
  const lines = [
    '[databases]',
    `${database} = host=${hostname} port=${serverPort} dbname=${database} user=${user} password=${secret}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    ...settings,
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  const isRoot = process.getuid?.() === 0
  if (isRoot) await chown(folder, nobody, nobody)
  await chmod(file, 0o644)
  const child = spawn('pgbouncer', [file], { stdio: 'ignore', ...(isRoot && { uid: nobody, gid: nobody }) })
  const exited = once(child, 'exit')
  await listening(port, exited)
  const through = new URL(url)
  through.host = `127.0.0.1:${port}`
  return {
    url: through.href,
    async close() {
      child.kill('SIGTERM')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** PgBouncer does not report that it listens, so connections are tried. */
async function listening(port: number, exited: Promise<unknown>) {
  const failed = exited.then(() => Promise.reject(new Error('PgBouncer exited')))
  failed.catch(() => {})
  for (;;) {
    const socket = net.connect(port, '127.0.0.1')
    const connected = await Promise.race([
      failed,
      once(socket, 'connect').then(
        () => true,
        () => false,
      ),
    ])
    socket.destroy()
    if (connected) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
