import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeBase64 } from '../../server/lib/base64.ts'

/**
 * Other encodings of the same bytes that `Buffer.from` and `atob` accept. `text` encodes 32 bytes, so its last character has unused bits.
 */
const otherSpellings = (text: string): [string, string][] => {
  const unpadded = text.replace(/=+$/, '')
  const last = unpadded.at(-1) as string
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  return [
    ['padding', `${text}==`],
    ['one =', `${text}=`],
    ['another part', `${text}.abc`],
    ['a dot', `${text}.`],
    ['a space after', `${text} `],
    ['a space before', ` ${text}`],
    ['a space within', `${text.slice(0, 4)} ${text.slice(4)}`],
    ['a line break', `${text}\n`],
    ['a character outside the alphabet', `${text}*`],
    ['unused bits', unpadded.slice(0, -1) + (letters[letters.indexOf(last) + 1] ?? '_') + text.slice(unpadded.length)],
  ]
}

describe.each(['base64', 'base64url'] as const)('%s', (encoding) => {
  const bytes = Buffer.alloc(32, 0xfb)
  const text = bytes.toString(encoding)

  it('decodes the encoding of any bytes', () => {
    for (let length = 0; length <= 64; length += 1) {
      const some = Buffer.alloc(length, length * 37)
      expect(decodeBase64(some.toString(encoding), encoding)).toEqual(some)
    }
  })

  it.each(otherSpellings(text))('refuses the same bytes with %s', (_, other) => {
    expect(decodeBase64(other, encoding)).toBeUndefined()
  })

  it('refuses the other alphabet', () => {
    const other = bytes.toString(encoding === 'base64' ? 'base64url' : 'base64')
    expect(decodeBase64(other, encoding)).toBeUndefined()
  })
})

it('is the only decoder of the service', () => {
  const top = join(import.meta.dirname, '../../server')
  const lenient = readdirSync(top, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && path !== 'lib/base64.ts')
    .filter((path) =>
      /Buffer\.from\([^)]*'(base64|base64url)'|\batob\(|fromBase64/.test(readFileSync(join(top, path), 'utf8')),
    )
  expect(lenient).toEqual([])
})
