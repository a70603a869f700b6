import { acceptedSchema, commonFields, type Document, type Submit, submitsOf } from './assemble.ts'

type Schema = Record<string, unknown>
type Parameter = { name: string; in: string; description?: string; schema?: Schema; example?: unknown }

/**
 * Adds the schema of the input of each operation type, for `view=FULL`: the request without the common fields and without what is `writeOnly`,
 * with the path parameters of the submit. The operation of that type gets it as `input`.
 */
export function withInputs(document: Document): Document {
  const { schemas } = document.components
  for (const submit of submitsOf(document)) {
    const { operationId } = submit.operation
    const name = `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}Input`
    schemas[name] = inputOf(document, submit)
    const accepted = schemas[nameOf(acceptedSchema(submit).$ref)]
    const input = { $ref: `#/components/schemas/${name}`, description: 'Present only with `view=FULL`.' }
    if (accepted) accepted.properties = { ...(accepted.properties as Schema), input }
  }
  return document
}

function inputOf(document: Document, { operation }: Submit): Schema {
  const resolve = <T extends object>(value: T | { $ref: string }): T => {
    if (!('$ref' in value) || typeof value.$ref !== 'string') return value as T
    const [, , section = '', name = ''] = value.$ref.split('/')
    return resolve(Reflect.get(Reflect.get(document.components, section), name))
  }
  const request = resolve<Schema>(operation.requestBody?.content['application/json'].schema ?? {})
  const own = Object.entries((request.properties ?? {}) as Record<string, Schema>).filter(
    ([field, schema]) =>
      !commonFields.includes(field) && resolve(schema).writeOnly !== true && schema.writeOnly !== true,
  )
  const path = (operation.parameters ?? [])
    .map((parameter) => resolve(parameter as Parameter))
    .filter((parameter) => parameter.in === 'path')
  const properties = {
    ...Object.fromEntries(own),
    ...Object.fromEntries(path.map(({ name, schema, description }) => [name, { ...schema, description }])),
  }
  const required = [...((request.required ?? []) as string[]), ...path.map(({ name }) => name)]
  return {
    type: 'object',
    description: `The input of \`${operation.operationId}\` as it was accepted.`,
    additionalProperties: false,
    required: required.filter((field) => field in properties),
    properties,
  }
}

function nameOf(ref: string): string {
  return ref.split('/').at(-1) ?? ref
}
