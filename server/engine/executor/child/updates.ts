import type { LogLine } from '../../../database/operations/progress.ts'
import type { Progress } from '../../../database/schema/operations.ts'
import { phaseChanges, storable } from '../../../domain/progress.ts'

/** `change`: the phases whose status changed. */
export type AttemptUpdate = { progress?: Progress; change?: string; lines: LogLine[] }

/**
 * Sends the progress and log lines of an attempt. A change of a phase's status is sent at once and by itself; otherwise the latest progress
 * and all lines are sent, at most 10 times a second.
 */
export type Updates = {
  progress(progress: Progress): void
  log(message: string, data?: Record<string, unknown>): void
  /** Stops sending and returns what was not sent yet. */
  stop(): AttemptUpdate
  resume(): void
}

const intervalMs = 100
/** Further lines of one attempt are dropped. */
const maxLines = 10_000
const maxMessageLength = 1000
const maxDataBytes = 4096

/** The first update is sent at once. `phases`: as readers know them before it. */
export function createUpdates(send: (update: AttemptUpdate) => void, phases?: Progress['phases']): Updates {
  let shown = phases
  let latest: Progress | undefined
  let lines: LogLine[] = []
  let logged = 0
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  function take(): AttemptUpdate {
    const update = { ...(latest ? { progress: latest } : {}), lines }
    latest = undefined
    lines = []
    return update
  }

  function flush() {
    timer = undefined
    if (stopped || (!latest && lines.length === 0)) return
    send(take())
    timer = setTimeout(flush, intervalMs)
  }

  return {
    progress(progress) {
      const change = phaseChanges(shown, progress.phases)
      if (change === undefined || stopped) {
        latest = progress
        if (!timer) flush()
        return
      }
      shown = progress.phases
      // It replaces an earlier progress that was not sent yet. Lines that were logged before it come before it.
      const { lines } = take()
      if (lines.length > 0) send({ lines })
      send({ progress, change, lines: [] })
      timer ??= setTimeout(flush, intervalMs)
    },
    log(message, data) {
      logged += 1
      if (logged > maxLines) return
      lines.push(
        logged === maxLines ? { message: `further lines were dropped after ${maxLines}` } : lineOf(message, data),
      )
      if (!timer) flush()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      timer = undefined
      return take()
    },
    resume() {
      stopped = false
    },
  }
}

/** Truncates the message and replaces data that is too large or cannot be stored. */
function lineOf(message: string, data: Record<string, unknown> | undefined): LogLine {
  const text = storable(message.slice(0, maxMessageLength))
  if (data === undefined) return { message: text }
  const json = jsonOf(data)
  if (json === undefined) return { message: text, data: { dropped: 'data that is not JSON' } }
  const bytes = Buffer.byteLength(json)
  if (bytes > maxDataBytes) return { message: text, data: { dropped: `${bytes} bytes of data` } }
  return { message: text, data: JSON.parse(json, (_, value) => storableValue(value)) }
}

/** Undefined for circular references and BigInt. */
function jsonOf(data: Record<string, unknown>): string | undefined {
  try {
    return JSON.stringify(data)
  } catch {
    return undefined
  }
}

/** A JSON.parse reviver: nested values are storable already. */
function storableValue(value: unknown): unknown {
  if (typeof value === 'string') return storable(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [storable(name), part]))
}
