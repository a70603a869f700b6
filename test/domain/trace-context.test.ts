import { describe, expect, it } from 'vitest'
import { parseTraceContext, traceHeaders, traceIdOf, traceparentOf } from '../../server/domain/trace-context.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parentId = 'b7ad6b7169203331'
const sampled = `00-${traceId}-${parentId}-01`

describe('a traceparent', () => {
  it.each([
    ['sampled', sampled, sampled],
    ['not sampled', `00-${traceId}-${parentId}-00`, `00-${traceId}-${parentId}-00`],
    ['with a random trace id (level 2)', `00-${traceId}-${parentId}-03`, `00-${traceId}-${parentId}-03`],
    ['with reserved flags, which are sent as zero', `00-${traceId}-${parentId}-fd`, `00-${traceId}-${parentId}-01`],
    ['of a later version', `01-${traceId}-${parentId}-01`, sampled],
    ['of a later version with more fields', `cc-${traceId}-${parentId}-01-what.the=future`, sampled],
    ['of a later version with an empty field', `fe-${traceId}-${parentId}-00-`, `00-${traceId}-${parentId}-00`],
  ])('%s is kept', (_, text, kept) => {
    expect(parseTraceContext(text)).toBe(kept)
  })

  it.each([
    ['missing', null],
    ['empty', ''],
    ['of version ff', `ff-${traceId}-${parentId}-01`],
    ['of version 0', `0-${traceId}-${parentId}-01`],
    ['of version 00 with another field', `${sampled}-00`],
    ['of version 00 with a dash at its end', `${sampled}-`],
    ['with a trace id of zeros', `00-${'0'.repeat(32)}-${parentId}-01`],
    ['with a parent id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['with an upper-case trace id', `00-${traceId.toUpperCase()}-${parentId}-01`],
    ['with an upper-case parent id', `00-${traceId}-${parentId.toUpperCase()}-01`],
    ['with upper-case flags', `00-${traceId}-${parentId}-0A`],
    ['with a short trace id', `00-${traceId.slice(1)}-${parentId}-01`],
    ['with a long trace id', `00-${traceId}0-${parentId}-01`],
    ['with a short parent id', `00-${traceId}-${parentId.slice(1)}-01`],
    ['without flags', `00-${traceId}-${parentId}`],
    ['with one digit of flags', `00-${traceId}-${parentId}-1`],
    ['with other separators', sampled.replaceAll('-', '_')],
    ['with letters that are not hexadecimal', `00-${traceId.replace('a', 'g')}-${parentId}-01`],
    ['with a space before', ` ${sampled}`],
    ['with a space after', `${sampled} `],
    ['with a line break', `${sampled}\n`],
    ['with a second header', `${sampled}\r\nx-evil: 1`],
    ['sent twice', `${sampled}, ${sampled}`],
    ['of a later version, sent twice', `01-${traceId}-${parentId}-01-a, 01-${traceId}-${parentId}-01-a`],
    ['of a later version without a dash before its rest', `01-${traceId}-${parentId}-01.a`],
    ['with digits of another script', `00-${traceId.replaceAll('0', '٠')}-${parentId}-01`],
    ['as SQL', `'; drop table operations; --`],
    ['very long', `01-${traceId}-${parentId}-01-${'a'.repeat(10_000)}`],
    ['of dashes', '-'.repeat(55)],
  ])('%s is ignored', (_, text) => {
    expect(parseTraceContext(text, 'vendor=1')).toBeUndefined()
  })
})

describe('a tracestate', () => {
  const stateOf = (text: string) => traceHeaders(parseTraceContext(sampled, text) ?? '').tracestate
  const long = (key: string, length: number) => `${key}=${'v'.repeat(length - key.length - 1)}`

  it.each([
    ['one member', 'rojo=00f067aa0ba902b7', 'rojo=00f067aa0ba902b7'],
    ['two members', 'rojo=1,congo=t61rcWkgMzE', 'rojo=1,congo=t61rcWkgMzE'],
    ['white space and empty members', ' rojo=1 ,\t, congo=2,', 'rojo=1,congo=2'],
    ['a tenant', 'fw529a3039@dt=FfffFfff, 0a-_*/=x', 'fw529a3039@dt=FfffFfff,0a-_*/=x'],
    ['spaces in a value', 'a= b c', 'a= b c'],
    ['512 characters', `${long('a', 256)},${long('b', 255)}`, `${long('a', 256)},${long('b', 255)}`],
  ])('with %s is kept', (_, text, kept) => {
    expect(stateOf(text)).toBe(kept)
  })

  it.each([
    ['nothing', ''],
    ['only white space', ' , '],
    ['no value', 'rojo='],
    ['no key', '=1'],
    ['no equals sign', 'rojo'],
    ['two equals signs', 'a=b=c'],
    ['an upper-case key', 'Rojo=1'],
    ['a key of 257 characters', `${'a'.repeat(257)}=1`],
    ['a value of 257 characters', `a=${'v'.repeat(257)}`],
    ['one key twice', 'a=1,b=2,a=3'],
    ['33 members', Array.from({ length: 33 }, (_, index) => `k${index}=1`).join()],
    ['a line break', 'a=1\nb=2'],
    ['other characters', 'a=ü'],
    ['one malformed member', 'a=1,B=2'],
    ['very many characters', `a=1,${' ,'.repeat(5000)}`],
  ])('with %s is left out, and the traceparent kept', (_, text) => {
    expect(parseTraceContext(sampled, text)).toBe(sampled)
  })

  it('of more than 512 characters loses whole members: long ones, then the last ones', () => {
    const short = Array.from({ length: 5 }, (_, index) => long(`k${index}`, 120))
    expect(stateOf([long('big', 129), ...short].join())).toBe(short.slice(0, 4).join())
    expect(stateOf([long('a', 256), long('b', 257), 'c=1'].join())).toBe('c=1')
  })
})

it('the parts of a stored context are its headers and its trace', () => {
  const stored = parseTraceContext(sampled, 'a= 1,b=2') ?? ''
  expect(traceHeaders(stored)).toEqual({ traceparent: sampled, tracestate: 'a= 1,b=2' })
  expect(traceHeaders(sampled)).toEqual({ traceparent: sampled })
  expect([traceparentOf(stored), traceIdOf(stored)]).toEqual([sampled, traceId])
})
