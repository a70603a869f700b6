import { useSyncExternalStore } from 'react'

/** Ages are counted in seconds; one timer serves all of them. */
const everyMs = 1000
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let nowMs = Date.now()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    nowMs = Date.now()
    for (const call of listeners) call()
  }, everyMs)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The present time, to a second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => nowMs)
}

/** An instant as its age ("3 min ago"), with the exact time as a tooltip. */
export function Ago({ at }: { at: string }) {
  const now = useNow()
  return (
    <time dateTime={at} title={at}>
      {relative(Date.parse(at) - now)}
    </time>
  )
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const
const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

/** Milliseconds from now, negative in the past, as a text. */
export function relative(ms: number): string {
  const [unit, size] = units.find(([, size]) => Math.abs(ms) >= size) ?? ['second', 1000]
  return format.format(Math.trunc(ms / size), unit)
}

/** A duration as "1 h 5 min", "12.5 s" or "80 ms". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
