import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bodyLimitOf, resolved } from '../../server/contract/document.ts'
import type { RawResponse } from './knock.ts'
import { type AbuseRig, endpoints, invalid, malformed, openAbuseRig, problemOf, unsupported } from './rig.ts'

let rig: AbuseRig
beforeAll(async () => {
  rig = await openAbuseRig()
})
afterEach(() => rig.service.check.assertKept())
afterAll(() => rig.close())

const types = ({ operation }: (typeof endpoints)[number]) => Object.keys(operation.requestBody?.content ?? {})
const ofJson = endpoints.filter((endpoint) => types(endpoint).includes('application/json'))
const ofFiles = endpoints.filter((endpoint) => types(endpoint).includes('text/csv'))
const json = { 'content-type': 'application/json' }
/** The body of a wait that this version does not know may have any field. */
const isOpen = ({ operation }: (typeof endpoints)[number]) =>
  resolved(operation.requestBody?.content['application/json']?.schema ?? {}).additionalProperties === true
const open = new Set(ofJson.filter(isOpen).map(({ operationId }) => operationId))

const objectOf = (names: number) => `{${Array.from({ length: names }, (_, nth) => `"${nth}" : null`)}}`

/** An array of objects, with `count` values in all. */
function objectsOf(count: number): string {
  const sizes = Array.from({ length: Math.ceil((count - 1) / 200) }, (_, nth) => Math.min(200, count - 1 - 200 * nth))
  return `[${sizes.map((size) => objectOf(size - 1))}]`
}

describe.each(ofJson)('$operationId refuses a body:', ({ operationId, operation, method }) => {
  let path: string
  let body: string
  beforeAll(async () => {
    const call = await rig.call(operationId)
    path = call.path
    body = JSON.stringify(call.asking?.json ?? {})
  })

  const send = (text: string | Buffer, headers: Record<string, string> = json) =>
    rig.knock({ path, method, headers, body: text })
  /** The body with one more property. */
  const withMember = (member: string) => body.replace(/\}$/, `${body === '{}' ? '' : ','}${member}}`)

  const unknownFields: [string, string, string][] = [
    ['an unknown field', '"bogus":1', '/bogus'],
    ['constructor', '"constructor":{"prototype":{}}', '/constructor'],
  ]
  it.each([
    ...(open.has(operationId) ? [] : unknownFields),
    ['__proto__', '"__proto__":{"admin":true}', '/__proto__'],
    ['__proto__, escaped', '"\\u005f_proto__":1', '/__proto__'],
    ['\\u0000 in a value', '"x":"a\\u0000b"', '/x'],
    ['\\u0000 in a name', '"a\\u0000":1', '/a\u0000'],
    ['a lone surrogate, high', '"x":"\\ud800"', '/x'],
    ['a lone surrogate, low', '"x":["\\udc00"]', '/x/0'],
    ['1e400', '"x":1e400', '/x'],
    ['-1e400', '"x":-1e400', '/x'],
    ['2^53+1', '"x":9007199254740993', '/x'],
    ['2^64 as a fraction', '"x":18446744073709551616.0', '/x'],
  ])('422 %s, with its pointer', async (_, member, pointer) => {
    const answer = await send(withMember(member))
    expect(problemOf(answer)).toEqual(invalid)
    const { errors } = JSON.parse(answer.text) as { errors: { pointer: string }[] }
    expect(errors.map((error) => error.pointer)).toEqual([pointer])
  })

  it.each<[string, (text: string) => string | Buffer]>([
    ['arrays nested 2,000 deep', () => withMember(`"x":${'['.repeat(2000)}${']'.repeat(2000)}`)],
    ['objects nested 2,000 deep', () => withMember(`"x":${'{"x":'.repeat(2000)}1${'}'.repeat(2000)}`)],
    ['60,000 levels of nesting', () => '['.repeat(60_000)],
    ['duplicate keys', () => withMember('"x":1,"x":1')],
    ['duplicate keys, one of them escaped', () => withMember('"x":1,"\\u0078":2')],
    ['duplicate keys, nested', () => withMember('"x":[{"y":1,"y":2}]')],
    ['truncated JSON', (text) => `${text.slice(0, -1)},"x":"`],
    ['two documents', (text) => text + text],
    ['a trailing comma', () => '{"a":1,}'],
    ['a comment', (text) => `/* */${text}`],
    ['NaN', () => withMember('"x":NaN')],
    ['single quotes', () => "{'a':1}"],
    ['a raw control character', () => withMember('"x":"a\nb"')],
    ['a raw NUL', () => withMember('"x":"a\u0000b"')],
    ['truncated UTF-8', () => Buffer.concat([Buffer.from(withMember('"x":"a')), Buffer.from([0xe2, 0x82])])],
    ['overlong UTF-8', () => Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')])],
    [
      'a surrogate encoded as UTF-8',
      () => Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    ],
    ['UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ])('400 %s', async (_, change) => {
    expect(problemOf(await send(change(body)))).toEqual(malformed)
  })

  it.each([['null'], ['[]'], ['"x"'], ['1'], ['true']])('422 %s instead of an object', async (text) => {
    expect(problemOf(await send(text))).toEqual(invalid)
  })

  it.each<[string, Record<string, string>]>([
    ['gzip', { ...json, 'content-encoding': 'gzip' }],
    ['brotli', { ...json, 'content-encoding': 'br' }],
    ['two encodings', { ...json, 'content-encoding': 'identity, gzip' }],
    ['text', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['multipart form data', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['JSON Patch', { 'content-type': 'application/json-patch+json' }],
    ['JSON in Latin-1', { 'content-type': 'application/json; charset=iso-8859-1' }],
    ['JSON in UTF-16', { 'content-type': 'application/json; charset="utf-16"' }],
    ['an empty media type', { 'content-type': ';' }],
    ['no media type', {}],
  ])('415 %s', async (what, headers) => {
    const answer = await send(what === 'gzip' ? gzipSync(body) : body, headers)
    expect(problemOf(answer)).toEqual(unsupported)
  })

  const tooLarge = { status: 413, code: 'CONTENT_TOO_LARGE' }
  const { bytes, values } = bodyLimitOf(operation)

  it('413 for one byte more than the limit, declared or chunked, with the limit in the detail', async () => {
    const withBytes = (count: number) => `${' '.repeat(count - body.length)}${body}`
    for (const answer of [await send(withBytes(bytes + 1)), await chunked(withBytes(bytes + 1))]) {
      expect(problemOf(answer)).toEqual(tooLarge)
      expect(JSON.parse(answer.text).detail).toContain(`${bytes.toLocaleString('en')} bytes`)
    }
    expect(problemOf(await send(withBytes(bytes).replace(/\}$/, '!')))).toEqual(malformed)
  })

  it.each<[string, (count: number) => string]>([
    ['numbers', (count) => `[${Array(count - 1).fill('0')}]`],
    ['empty objects', (count) => `[${Array(count - 1).fill('{ }')}]`],
    ['strings with punctuation', (count) => `[${Array(count - 1).fill('"[{,\\"" ')}]`],
    ['members', (count) => (count <= 250 ? objectOf(count - 1) : objectsOf(count))],
    ['arrays of one', (count) => `[${Array(Math.floor((count - 1) / 2)).fill('[ 1 ]')}${count % 2 ? '' : ',1'}]`],
  ])('413 for one value more than the limit, of %s, with the limit in the detail', async (_, withValues) => {
    const answer = await send(withValues(values + 1))
    expect(problemOf(answer)).toEqual(tooLarge)
    expect(JSON.parse(answer.text).detail).toContain(`${values.toLocaleString('en')} values`)
    expect(problemOf(await send(withValues(values)))).toEqual(invalid)
  })

  if (values > 251) {
    it('413 for an object with more than 250 names', async () => {
      const answer = await send(objectOf(251))
      expect(problemOf(answer)).toEqual(tooLarge)
      expect(JSON.parse(answer.text).detail).toContain('250 names')
      expect(problemOf(await send(`[${objectOf(250)}]`))).toEqual(invalid)
    })
  }

  if (operation.requestBody?.required) {
    it('400 an empty body', async () => {
      expect(problemOf(await send(''))).toEqual(malformed)
      expect(problemOf(await rig.knock({ path, method }))).toEqual(malformed)
    })
  }

  it('accepts a valid body with other whitespace and media type parameters', async () => {
    const answers = []
    for (const [text, type] of [
      [`\ufeff${body}`, 'application/json'],
      [` \r\n${body}\n`, 'Application/JSON; Charset="UTF-8"'],
    ] as const) {
      const call = await rig.call(operationId)
      answers.push((await rig.knock({ path: call.path, method, headers: { 'content-type': type }, body: text })).status)
    }
    const { status } = await rig.knock({
      path: (await rig.call(operationId)).path,
      method,
      headers: json,
      body,
    })
    expect(status).toBeLessThan(300)
    expect(answers).toEqual([status, status])
  })

  function chunked(text: string): Promise<RawResponse> {
    const { promise, resolve, reject } = Promise.withResolvers<RawResponse>()
    const headers = { ...json, authorization: `Bearer ${rig.owner.key}`, 'transfer-encoding': 'chunked' }
    const outgoing = request(rig.service.url + path, { method, headers, agent: false }, (response) => {
      response.setEncoding('utf8')
      let received = ''
      response.on('data', (part: string) => {
        received += part
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: received }))
    })
    outgoing.on('error', reject)
    // A body larger than the limit is cut off; the response lists fewer violations.
    outgoing.end(text)
    return promise
  }
})

describe.each(ofFiles)('$operationId refuses a body:', ({ path }) => {
  it.each<[string, Record<string, string>]>([
    ['gzip', { 'content-type': 'text/csv', 'content-encoding': 'gzip' }],
    ['JSON', json],
    ['a form', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['CSV in Latin-1', { 'content-type': 'text/csv; charset=latin1' }],
    ['no type', {}],
  ])('415 %s', async (_, headers) => {
    expect(problemOf(await rig.knock({ path, method: 'POST', headers, body: 'a,b\n' }))).toEqual(unsupported)
  })
})
