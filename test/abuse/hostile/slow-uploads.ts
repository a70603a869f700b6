import { once } from 'node:events'
import { readdir, stat } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { type HostilePattern, type Stage, statusReads, type Target } from './pattern.ts'

const quotaBytes = 10_000_000
const uploads = 30
/** Half of the uploads declare this length; the others are chunked and grow until they are refused. */
const declaredBytes = 2_000_000
const chunkBytes = 65_536
const everyMs = 100
/** Pause before a refused upload is sent again. */
const restMs = 2000

let most = 0

/** Bytes on disk below the service's uploads folder, including unfinished uploads. */
async function bytesOnDisk({ folder }: Stage): Promise<number> {
  const uploadsFolder = join(folder, 'files', 'uploads')
  const names = await readdir(uploadsFolder).catch(() => [])
  const sizes = await Promise.all(names.map((name) => stat(join(uploadsFolder, name)).catch(() => ({ size: 0 }))))
  return sizes.reduce((sum, { size }) => sum + size, 0)
}

/** One upload that continues as long as the service allows, and restarts when it is refused. */
async function upload({ url, hostileKey }: Target, isChunked: boolean, begun: () => void, stop: AbortSignal) {
  const { hostname, port } = new URL(url)
  while (!stop.aborted) {
    const socket: Socket = connect(Number(port), hostname)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => {})
    const answered = once(socket, 'data').catch(() => {})
    const length = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${declaredBytes}`
    const lines = ['POST /api/v1/uploads HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${hostileKey}`]
    socket.write(`${[...lines, 'Content-Type: text/csv', length].join('\r\n')}\r\n\r\n`)
    const bytes = 'x'.repeat(chunkBytes)
    let sent = 0
    const timer = setInterval(() => {
      if (!isChunked && sent + chunkBytes > declaredBytes) return
      sent += chunkBytes
      if (socket.writableLength < chunkBytes)
        socket.write(isChunked ? `${chunkBytes.toString(16)}\r\n${bytes}\r\n` : bytes)
    }, everyMs)
    const stopped = new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }))
    begun()
    await Promise.race([answered, closed, stopped])
    clearInterval(timer)
    socket.destroy()
    await closed
    await Promise.race([new Promise((resolve) => setTimeout(resolve, restMs)), stopped])
  }
}

export const pattern: HostilePattern = {
  title: 'sends many uploads that never end',
  environment: { OWNER_STORED_BYTES: String(quotaBytes) },
  async attack(target, { begun, stop }) {
    let first = uploads
    const once = () => {
      if (--first === 0) begun()
    }
    await Promise.all(Array.from({ length: uploads }, (_, index) => upload(target, index % 2 === 0, once, stop)))
  },
  async observe(stage, observations) {
    const watching = setInterval(() => {
      void bytesOnDisk(stage).then((bytes) => {
        most = Math.max(most, bytes)
      })
    }, 100)
    try {
      return await statusReads(stage, observations)
    } finally {
      clearInterval(watching)
    }
  },
  p99Ms: 250,
  async afterwards(stage) {
    if (most > quotaBytes) throw new Error(`${most} bytes were on disk, of a quota of ${quotaBytes}`)
    if (most < quotaBytes / 4) throw new Error(`the attack stored ${most} bytes at most: it did not try the quota`)
    // The reservations of the uploads are released after they have ended.
    for (let tries = 0; tries < 300; tries++) {
      const [row] = await stage.sql<{ held: number }[]>`select count(*)::int as held from discards`
      if (row?.held === 0) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error('reservations of uploads that ended stay')
  },
}
