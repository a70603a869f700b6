import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import SwaggerParser from '@apidevtools/swagger-parser'
import { dereference, validate } from '@scalar/openapi-parser'
import { describe, expect, it } from 'vitest'
import { operationTypes } from '../../generated/operations.ts'
import { asOpenapi31 } from '../../server/contract/openapi31.ts'

type Json = Record<string, unknown>

const top = resolve(import.meta.dirname, '../..')
const document: Json = JSON.parse(readFileSync(join(top, 'generated/openapi.json'), 'utf8'))
const components = document.components as Record<string, Record<string, Json>>
const schemas = components.schemas ?? {}

/** Every object of the document that is not part of an example, with its place. Extensions are included. */
function* objectsIn(value: unknown, place = '#'): Generator<{ place: string; node: Json }> {
  if (typeof value !== 'object' || value === null) return
  yield { place, node: value as Json }
  for (const [key, held] of Object.entries(value)) {
    if (key !== 'example' && key !== 'examples' && key !== 'value') yield* objectsIn(held, `${place}/${key}`)
  }
}

const objects = [...objectsIn(document)]

/** The places of the objects that match. */
const placesWhere = (matches: (node: Json) => boolean) =>
  objects.filter(({ node }) => matches(node)).map(({ place }) => place)

function targetOf(ref: string): unknown {
  const keys = ref.slice(2).split('/')
  return keys.reduce<unknown>(
    (at, key) => (at as Json | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')],
    document,
  )
}

/** What generators and validators of others fail at, or lose types at. */
describe('the bundled document, for tools of others', () => {
  it('refers only to itself, and each reference resolves, in extensions too (RFC 6901)', () => {
    const all = JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)
    const refs = [...new Set([...all].map(([, ref = '']) => ref))]
    expect(refs.length).toBeGreaterThan(200)
    expect(refs.filter((ref) => !ref.startsWith('#/') || targetOf(ref) === undefined)).toEqual([])
  })

  it('has at most a description beside a reference, because tools of OpenAPI 3.0 drop the rest', () => {
    const others = ({ $ref, description, ...rest }: Json) => typeof $ref === 'string' && Object.keys(rest).length > 0
    expect(placesWhere(others)).toEqual([])
  })

  it('uses the name of a component once in all kinds of components, whatever the case', () => {
    const names = Object.values(components).flatMap((kind) => Object.keys(kind).map((name) => name.toLowerCase()))
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  it('has a format for each integer (int32, int64) and each number (double)', () => {
    expect(placesWhere(({ type, format }) => type === 'integer' && format !== 'int32' && format !== 'int64')).toEqual(
      [],
    )
    expect(placesWhere(({ type, format }) => type === 'number' && format !== 'double')).toEqual([])
  })

  it('has no int32 whose bounds do not fit', () => {
    const most = 2 ** 31 - 1
    const tooLarge = ({ format, maximum, default: value }: Json) =>
      format === 'int32' && (Number(maximum ?? 0) > most || Number(value ?? 0) > most)
    expect(placesWhere(tooLarge)).toEqual([])
  })

  it('has typed enums and no `const`', () => {
    expect(placesWhere((node) => node.const !== undefined && typeof node.const !== 'object')).toEqual([])
    expect(placesWhere((node) => Array.isArray(node.enum) && typeof node.type !== 'string')).toEqual([])
  })

  it('has closed objects and no `unevaluatedProperties`', () => {
    expect(placesWhere((node) => node.unevaluatedProperties !== undefined)).toEqual([])
  })

  it('has one type for each schema, without lists of types and `nullable`', () => {
    expect(placesWhere((node) => Array.isArray(node.type) || node.nullable !== undefined)).toEqual([])
  })

  it.each(Object.keys(operationTypes))('has one flat schema for %s, with a required `type` of one value', (type) => {
    const { discriminator } = schemas.Operation as { discriminator: { mapping: Record<string, string> } }
    const schema = targetOf(discriminator.mapping[type] ?? '#/') as Json
    expect(schema).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: expect.arrayContaining(['operationId', 'type', 'status', 'done', 'progress', 'links']),
      properties: { type: { type: 'string', enum: [type] }, result: { $ref: expect.any(String) } },
    })
    expect(schema).not.toHaveProperty('allOf')
  })

  it('has an operationId for each request and webhook, each once', () => {
    const ids = objects.flatMap(({ node }) => (typeof node.operationId === 'string' ? [node.operationId] : []))
    expect(ids.length).toBeGreaterThan(40)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  })
})

/**
 * Validators of others, each a foundation of several generators. Both refuse OpenAPI 3.2 by its version, so they get what partners with such tools
 * get: `/openapi.json?version=3.1`. When a version of them reads 3.2, its test here fails, and the document of 3.2 goes to it too.
 */
describe('the bundled document, as OpenAPI 3.1, is accepted', () => {
  const converted = asOpenapi31(document)

  it('by swagger-parser, which resolves every reference and validates against the schema of OpenAPI 3.1', async () => {
    const { paths } = await SwaggerParser.validate(structuredClone(converted) as never)
    expect(Object.keys(paths ?? {}).length).toBe(Object.keys(document.paths as Json).length)
    const refused = SwaggerParser.validate(structuredClone(document) as never)
    await expect(refused).rejects.toThrow('Unsupported OpenAPI version: 3.2.0')
  })

  it('by the parser of Scalar', async () => {
    expect(await validate(structuredClone(converted))).toMatchObject({ valid: true })
    expect(dereference(structuredClone(converted)).errors ?? []).toEqual([])
    expect(await validate(structuredClone(document))).toMatchObject({ valid: false })
  })

  it('with the events of a stream in `x-event-schema`, and nothing else changed', () => {
    const streams = Object.values(document.paths as Record<string, Json>).flatMap(({ get }) => {
      const { responses } = (get ?? { responses: {} }) as { responses: Record<string, { content?: Json }> }
      return Object.values(responses).flatMap(({ content }) => content?.['text/event-stream'] ?? [])
    }) as Json[]
    expect(streams).toHaveLength(2)
    const text = JSON.stringify(document)
    const events = JSON.stringify(streams[0]?.itemSchema)
    const stream = '{"type":"string","description":"Server-sent events in the format of WHATWG HTML §9.2."}'
    const expected = text
      .replace('"openapi":"3.2.0"', '"openapi":"3.1.1"')
      .replaceAll(`"itemSchema":${events}`, `"schema":${stream},"x-event-schema":${events}`)
    expect(JSON.parse(expected)).toEqual(converted)
    expect(JSON.stringify(converted)).not.toContain('itemSchema')
  })
})
