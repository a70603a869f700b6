import type { Operation } from '../operations.ts'

/** An operation in one line: id, type, status, progress. */
export function lineOf(operation: Operation): string {
  return `${operation.operationId}  ${operation.type}  ${operation.status}  ${progressOf(operation)}`.trimEnd()
}

/** Percentage, phase and the expected time to the end. */
export function progressOf(operation: Operation): string {
  const { done, progress } = operation
  if (done) return ''
  const phase = progress.phase ? ` ${progress.phase}` : ''
  const message = progress.message ? `: ${progress.message}` : ''
  return `${Math.round(progress.percentage)}%${phase}${message}${remaining(operation)}`
}

function remaining({ estimatedCompletion }: Operation): string {
  if (!estimatedCompletion) return ''
  const seconds = Math.round((Date.parse(estimatedCompletion) - Date.now()) / 1000)
  return seconds > 0 ? `, ${duration(seconds)} left` : ''
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** All of an operation that people look for, one field per line. */
export function fullText(operation: Operation): string[] {
  const { progress, result, error, waits, labels, links, ...rest } = operation as Operation & Record<string, unknown>
  const plain = Object.entries(rest).flatMap(([name, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value) ? [`${name}: ${value as string | number | boolean}`] : [],
  )
  const labelled = Object.entries(labels ?? {}).map(([name, value]) => `label ${name}: ${String(value)}`)
  const nested = Object.entries({ result, error, waits }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${JSON.stringify(value, null, 2)}`],
  )
  const state = progressOf(operation)
  return [...plain, ...(state ? [`progress: ${state}`] : []), ...labelled, ...nested]
}
