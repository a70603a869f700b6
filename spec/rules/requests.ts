import { at, type Context, eachOperation, members, type Place, record, refName } from './places.ts'

/**
 * The object of a JSON request is flat and closed: `additionalProperties: false`, no composition, each property a `$ref`.
 * A misspelt field is then an error, and the schema can be converted to a validator directly. `sealed` is the name under which an encrypted
 * input is stored.
 */
export const requestClosed = eachOperation((operation, context) => {
  const schema = at(context, operation, 'requestBody', 'content', 'application/json', 'schema')
  if (schema.value === undefined) return
  if (record(schema.value).type !== 'object') {
    context.report({ message: 'A JSON request must be an object.', location: schema.location })
  }
  for (const [name, property] of Object.entries(record(record(schema.value).properties))) {
    if (refName(property) === undefined) {
      const location = schema.location.child(['properties', name])
      context.report({ message: `The property ${name} of a request must be a $ref.`, location })
    }
  }
  if ('sealed' in record(record(schema.value).properties)) {
    const location = schema.location.child(['properties', 'sealed'])
    context.report({ message: 'A request must not have the property sealed.', location })
  }
  checkClosed(schema, context)
})

function checkClosed(schema: Place, context: Context) {
  const { type, properties, additionalProperties, ...rest } = record(schema.value)
  const composed = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'unevaluatedProperties'].filter((word) => word in rest)
  if (composed.length) {
    context.report({ message: `A request must be flat, without ${composed.join(', ')}.`, location: schema.location })
  }
  if (type === 'object' && properties !== undefined && additionalProperties !== false) {
    context.report({ message: 'A request must have additionalProperties: false.', location: schema.location })
  }
  for (const property of members(context, at(context, schema, 'properties'))) checkClosed(property, context)
  if (rest.items !== undefined) checkClosed(at(context, schema, 'items'), context)
}

/** The maximum of `x-body-limit`: parsing and validating a body blocks the event loop for all callers. */
const maxLimit = 1_000_000

/**
 * Every part of a JSON request is bounded: arrays have `maxItems`, maps have `maxProperties`, and `x-body-limit`, if present, has `bytes` and
 * `values` as integers.
 */
export const requestBounded = eachOperation((operation, context) => {
  const body = at(context, operation, 'requestBody')
  const { 'x-body-limit': limit, content } = record(body.value)
  const { bytes, values } = record(limit)
  const isValid = (value: unknown) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= maxLimit
  if (limit !== undefined && !(isValid(bytes) && isValid(values) && 'application/json' in record(content))) {
    const message = 'x-body-limit of a JSON body must be {bytes, values} with integers from 1 to 1,000,000.'
    context.report({ message, location: body.location.child(['x-body-limit']) })
  }
  checkBounded(at(context, body, 'content', 'application/json', 'schema'), context)
})

function checkBounded(schema: Place, context: Context) {
  const { type, items, maxItems, additionalProperties, maxProperties } = record(schema.value)
  if (type === 'array' && maxItems === undefined) {
    context.report({ message: 'An array in a request must have maxItems.', location: schema.location })
  }
  if (type === 'object' && additionalProperties !== false && maxProperties === undefined) {
    context.report({ message: 'A map in a request must have maxProperties.', location: schema.location })
  }
  for (const property of members(context, at(context, schema, 'properties'))) checkBounded(property, context)
  if (items !== undefined) checkBounded(at(context, schema, 'items'), context)
}
