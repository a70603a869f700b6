import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

type Header = { name: string; required?: boolean; schema: object }
type Parameter = { $ref: string } | Header
type Document = {
  webhooks: Record<string, { post: { parameters: Parameter[] } }>
  components: { parameters: Record<string, Header> }
}

const document: Document = JSON.parse(readFileSync(join(import.meta.dirname, '../../generated/openapi.json'), 'utf8'))
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema(document, 'openapi.json')

/** The message types of the spec. */
export const messageTypes = Object.keys(document.webhooks)

/** The violations of the spec by a message; empty when it conforms. */
export function messageViolations({ body, headers }: { body: string; headers: IncomingHttpHeaders }): string[] {
  const message = JSON.parse(body) as { type: string }
  const spec = document.webhooks[message.type]?.post
  if (!spec) return [`the spec has no message ${message.type}`]
  const faults = spec.parameters.flatMap((parameter) => {
    const { name, schema, required } = 'name' in parameter ? parameter : named(parameter.$ref)
    const value = headers[name.toLowerCase()]
    if (value === undefined && !required) return []
    return ajv.validate(absolute(schema), value) ? [] : [`${name}: ${ajv.errorsText()}`]
  })
  const mediaType = String(headers['content-type']).split(';')[0]?.replace('/', '~1')
  const at = `openapi.json#/webhooks/${message.type}/post/requestBody/content/${mediaType}/schema`
  return ajv.validate({ $ref: at }, message) ? faults : [...faults, ajv.errorsText()]
}

function named(ref: string) {
  const found = document.components.parameters[ref.split('/').at(-1) ?? '']
  if (!found) throw new Error(`the spec has no ${ref}`)
  return found
}

function absolute(schema: object): object {
  return '$ref' in schema ? { $ref: `openapi.json${schema.$ref}` } : schema
}
