import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const top = resolve(import.meta.dirname, '../..')
const contract = readFileSync(join(top, 'generated/openapi.json'), 'utf8')
const { paths }: { paths: Record<string, Record<string, unknown>> } = JSON.parse(contract)

/** The last column of each row of the table: the name in the contract. */
const here = readFileSync(join(top, 'docs/names.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| name in the source') && line.split('|').length === 5)
  .map((line) => line.split('|').at(-2) ?? '')
const words = here.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word))

describe('the table of names', () => {
  it('names endpoints of the contract', () => {
    const endpoints = words.flatMap((word) => [...word.matchAll(/^(GET|POST|DELETE) ([^?]+)/g)])
    expect(endpoints.length).toBeGreaterThan(10)
    for (const [, method = '', path = ''] of endpoints) {
      expect(Object.keys(paths[path] ?? {}), `${method} ${path}`).toContain(method.toLowerCase())
    }
  })

  it('names fields, headers, values and codes of the contract', () => {
    const plain = words.filter((word) => /^[A-Za-z][\w.-]+$/.test(word) && word !== 'op_')
    expect(plain.length).toBeGreaterThan(60)
    for (const word of plain.flatMap((name) => name.split('.'))) expect(contract, word).toContain(word)
  })
})
