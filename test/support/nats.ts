import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Debian's nats-server. Its tests are skipped without it; `.ci/run` installs it. */
export const hasNats = spawnSync('nats-server', ['--version']).status === 0

export type NatsServer = {
  url: string
  port: number
  pid: number
  signal(name: NodeJS.Signals): void
  /** Ends the server; it has stored nothing. */
  stop(): Promise<void>
}

/** Starts a server on 127.0.0.1. `port`: of an earlier one; default: a free one. */
export async function startNats({
  port = -1,
  args = [],
}: {
  port?: number
  args?: string[]
} = {}): Promise<NatsServer> {
  const child = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(port), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const listening = await readPort(child)
  return {
    url: `nats://127.0.0.1:${listening}`,
    port: listening,
    pid: child.pid as number,
    signal: (name) => void child.kill(name),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function readPort(child: ChildProcess): Promise<number> {
  if (!child.stderr) throw new Error('nats-server has no output')
  const said: string[] = []
  let port: number | undefined
  for await (const line of createInterface(child.stderr)) {
    said.push(line)
    port ??= Number(/client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1]) || undefined
    if (port !== undefined && line.includes('Server is ready')) {
      child.stderr.resume()
      return port
    }
  }
  throw new Error(`nats-server did not start: ${said.join('\n')}`)
}

/** Starts a cluster whose members know each other by the route of the first. */
export async function startNatsCluster(size: number, routePort: number): Promise<NatsServer[]> {
  const servers: NatsServer[] = []
  for (let member = 0; member < size; member++) {
    const own = member === 0 ? routePort : -1
    const args = [
      '--cluster',
      `nats://127.0.0.1:${own}`,
      '--cluster_name',
      'test',
      '--routes',
      `nats://127.0.0.1:${routePort}`,
    ]
    servers.push(await startNats({ args }))
  }
  return servers
}
