import type { LogLine } from '../../database/news.ts'
import { storable } from '../../lifecycle/progress.ts'

const longestMessage = 1000
const largestDataBytes = 4096

/** A line as it is stored: cut, and of its data what the database takes as JSON. Too much data is dropped, and the line says so. */
export function logLine(message: string, data?: Record<string, unknown>): LogLine {
  const text = storable(message.slice(0, longestMessage))
  if (data === undefined) return { message: text }
  const json = jsonOf(data)
  if (json === undefined) return { message: text, data: { dropped: 'data that is no JSON' } }
  const bytes = Buffer.byteLength(json)
  if (bytes > largestDataBytes) return { message: text, data: { dropped: `${bytes} bytes of data` } }
  return { message: text, data: JSON.parse(json, (_, value) => storableValue(value)) }
}

/** Undefined for what JSON has no words for: a circle, a BigInt. */
function jsonOf(data: Record<string, unknown>): string | undefined {
  try {
    return JSON.stringify(data)
  } catch {
    return undefined
  }
}

/** One value of a parsed document, when its parts have been seen to. */
function storableValue(value: unknown): unknown {
  if (typeof value === 'string') return storable(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [storable(name), part]))
}
