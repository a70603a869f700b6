import type { LogLine } from '../../database/news.ts'
import type { Progress } from '../../database/schema.ts'

export type PulseNews = { progress?: Progress; lines: LogLine[] }

/** Tells an attempt's progress no more often than it may, and always the latest; and every line of its log. */
export type Pulse = {
  offer(progress: Progress): void
  log(line: LogLine): void
  /** Tells no more; answers what has not been told, which goes with the attempt's end. */
  stop(): PulseNews
  resume(): void
}

/** At most 10 updates a second and operation: a handler may say its progress for every row. */
const spacingMs = 100
/** A history that nobody could read would be no history: more lines of one attempt are dropped, and the last one says so. */
const mostLines = 10_000

/** What comes first is told at once. */
export function createPulse(tell: (news: PulseNews) => void): Pulse {
  let latest: Progress | undefined
  let lines: LogLine[] = []
  let logged = 0
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  function take(): PulseNews {
    const news = { ...(latest ? { progress: latest } : {}), lines }
    latest = undefined
    lines = []
    return news
  }

  function beat() {
    timer = undefined
    if (stopped || (!latest && lines.length === 0)) return
    tell(take())
    timer = setTimeout(beat, spacingMs)
  }

  return {
    offer(progress) {
      latest = progress
      if (!timer) beat()
    },
    log(line) {
      logged += 1
      if (logged > mostLines) return
      lines.push(logged === mostLines ? { message: `further lines were dropped: this is number ${mostLines}` } : line)
      if (!timer) beat()
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
