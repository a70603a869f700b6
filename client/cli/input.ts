import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { UsageError } from './exit-code.ts'

/** A JSON object from an argument, from a file after `@`, or from standard input for `-`. */
export function jsonObject(text: string): Record<string, unknown> {
  const value: unknown = parsed(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError('The input must be a JSON object.')
  return value as Record<string, unknown>
}

export function parsed(text: string): unknown {
  const source = text === '-' ? readFileSync(0, 'utf8') : text.startsWith('@') ? contentOf(text.slice(1)) : text
  try {
    return JSON.parse(source)
  } catch (error) {
    throw new UsageError(`The input is not JSON: ${(error as Error).message}`)
  }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`)
  }
}

/** `name=value`, added to those before. */
export function pair(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Write it as name=value.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

/** A value, added to those before. */
export function each(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}

export function positive(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number greater than 0.')
  return value
}

export function wholeNumber(text: string): number {
  const value = positive(text)
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number.')
  return value
}
