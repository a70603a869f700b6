import { parentPort, workerData } from 'node:worker_threads'
import { openLeaseConnection } from '../../database/lease-connection.ts'
import { newId } from '../../lib/new-id.ts'
import { createSignal } from '../../lib/signal.ts'
import { type FromLeaseThread, type LeaseSettings, leaseTimes, longestBlockMs, processMs } from './protocol.ts'

/**
 * The thread that acquires a worker's lease and renews it every third of its duration. The lease is lost when the database says so, or when it
 * could not be renewed for its whole duration: another worker may have recovered the operations by then. A new lease has a new id.
 *
 * A thread and not a process, so that a crash or a SIGSTOP of the worker stops both. The lease expires when the main thread's event loop has
 * been blocked for `longestBlockMs`, because a deadlocked worker must not keep its operations.
 */
const { url, leaseMs, times: shared } = workerData as LeaseSettings
const times = leaseTimes(shared)
const everyMs = leaseMs / 3
const retryMs = Math.min(everyMs / 3, 500)
const connection = openLeaseConnection(url, Math.min(everyMs, 10_000))
const wake = createSignal()
let workerId: string | undefined
let ended = false
let paused = false

const send = (message: FromLeaseThread) => parentPort?.postMessage(message)

function drop() {
  const lostId = workerId
  workerId = undefined
  if (lostId) send({ type: 'lost', workerId: lostId })
  wake.notify()
}

async function renew() {
  // The lease counts from before the query: its response may be delayed.
  const queryMs = processMs()
  const currentId = workerId
  if (currentId) {
    const isRenewed = await connection.renew(currentId)
    if (workerId !== currentId) return
    if (isRenewed && times.renewed.ageMs() <= leaseMs) times.renewed.set(queryMs)
    else drop()
    return
  }
  const nextId = newId()
  await connection.register(nextId)
  if (ended) return connection.remove(nextId)
  workerId = nextId
  times.renewed.set(queryMs)
  send({ type: 'started', workerId: nextId })
}

/** False when the lease could not be renewed; retry soon. */
async function renewIfMainIsAlive(): Promise<boolean> {
  const blockedMs = times.mainAlive.ageMs()
  const isAlive = blockedMs <= longestBlockMs(leaseMs)
  if (!isAlive && !paused) {
    const message = `the event loop has been blocked for ${blockedMs} ms: the lease is not renewed until it continues`
    send({ type: 'error', cause: new Error(message) })
  }
  paused = !isAlive
  if (!isAlive) return false
  return renew().then(
    () => workerId !== undefined,
    (cause: unknown) => {
      send({ type: 'error', cause })
      return false
    },
  )
}

async function renewUntilEnded() {
  while (!ended) await wake.wait((await renewIfMainIsAlive()) ? everyMs : retryMs)
}

async function end() {
  const lastId = workerId
  ended = true
  workerId = undefined
  clearInterval(watch)
  wake.notify()
  // The connection may have been lost since the last renewal; a second try opens a new one.
  if (lastId) await connection.remove(lastId).catch(() => connection.remove(lastId))
}

async function endAndClose() {
  await end().catch((cause: unknown) => send({ type: 'error', cause }))
  // A registration that has begun removes its row before the process may exit.
  await renewing
  send({ type: 'ended' })
  await connection.close()
  parentPort?.close()
}

const watch = setInterval(() => {
  if (workerId && times.renewed.ageMs() > leaseMs) drop()
}, leaseMs / 10)

const renewing = renewUntilEnded()
parentPort?.once('message', () => void endAndClose())
