import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const entry = resolve(import.meta.dirname, '../../client/index.ts')

/** The files that `file` loads, including itself, each with the packages that it imports. Types are erased. */
function loaded(file: string, seen = new Map<string, string[]>()): Map<string, string[]> {
  if (seen.has(file)) return seen
  const source = readFileSync(file, 'utf8').replace(/^(import|export) type [^'"]*['"][^'"]+['"]/gm, '')
  const specifiers = [...source.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([\w./@-]+)['"]/g)].map(
    ([, name]) => name ?? '',
  )
  seen.set(
    file,
    specifiers.filter((name) => !name.startsWith('.')),
  )
  for (const name of specifiers.filter((name) => name.startsWith('.'))) loaded(resolve(dirname(file), name), seen)
  return seen
}

describe('in a browser', () => {
  it('the client loads two small packages and no built-in of Node', () => {
    const packages = [...loaded(entry).values()].flat()
    expect([...new Set(packages)].sort()).toEqual(['eventsource-parser', 'openapi-fetch'])
  })

  it('the client loads no code of the service, and of the contract only the paths of its submits', () => {
    const files = [...loaded(entry).keys()].filter((file) => !file.startsWith(dirname(entry)))
    expect(files).toEqual([resolve(import.meta.dirname, '../../generated/submit-paths.ts')])
  })
})
