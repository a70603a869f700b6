import { expect, it } from 'vitest'
import { createPageTokens } from '../../server/contract/page-token.ts'
import { Problem } from '../../server/contract/problem.ts'

const tokens = createPageTokens(Buffer.alloc(32, 1))
const scope = { ownerId: 'alice', endpoint: '/operations', filters: { type: 'generateReport' } }

it('opens a token that it has created', () => {
  for (const position of [['a'], ['ab', 'c'], ['abc'], []]) {
    expect(tokens.open(scope, tokens.seal(scope, position))).toEqual(position)
  }
  expect(tokens.open(scope, undefined)).toBeUndefined()
})

// Positions of all lengths, so that every encoding of unused bits occurs.
const made = [['a'], ['ab'], ['abc']].map((position) => tokens.seal(scope, position))
const changes: [string, (token: string) => string][] = [
  ['==', (token) => `${token}==`],
  ['.abc', (token) => `${token}.abc`],
  ['a dot', (token) => `${token}.`],
  ['a space', (token) => `${token} `],
  ['a space before', (token) => ` ${token}`],
  ['a line break inside', (token) => `${token.slice(0, -5)}\n${token.slice(-5)}`],
  ['padding of the first part', (token) => token.replace('.', '=.')],
  ['a space in the first part', (token) => token.replace('.', ' .')],
  ['another last character', (token) => token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')],
  ['unused bits', (token) => token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) + 1)],
  ['the other alphabet', (token) => `${token.replaceAll('-', '+').replaceAll('_', '/')}+`],
  ['no signature', (token) => token.split('.')[0] ?? ''],
  ['an empty string', () => ''],
]

it.each(changes)('refuses a token with %s', (_, change) => {
  for (const token of made) expect(() => tokens.open(scope, change(token))).toThrow(Problem)
})

it('refuses a token of another owner, endpoint or filter', () => {
  for (const other of [{ ownerId: 'bob' }, { endpoint: '/orders' }, { filters: {} }]) {
    expect(() => tokens.open({ ...scope, ...other }, made[0])).toThrow(Problem)
  }
})
