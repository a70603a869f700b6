import { at, type Context, eachOperation, members, type Place, record, refName } from './places.ts'

/**
 * The object of a JSON request is flat and closed: `additionalProperties: false`, no composition, each property a `$ref`.
 * A misspelt field is then an error and not silence, and the schema can be turned into a validator as it stands.
 */
export const requestClosed = eachOperation((operation, context) => {
  const schema = at(context, operation, 'requestBody', 'content', 'application/json', 'schema')
  if (schema.value === undefined) return
  if (record(schema.value).type !== 'object') {
    context.report({ message: 'A JSON request is an object.', location: schema.location })
  }
  for (const [name, property] of Object.entries(record(record(schema.value).properties))) {
    if (refName(property) === undefined) {
      const location = schema.location.child(['properties', name])
      context.report({ message: `The property ${name} of a request is not a $ref.`, location })
    }
  }
  checkClosed(schema, context)
})

function checkClosed(schema: Place, context: Context) {
  const { type, properties, additionalProperties, ...rest } = record(schema.value)
  const composed = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'unevaluatedProperties'].filter((word) => word in rest)
  if (composed.length) {
    context.report({ message: `A request is flat: no ${composed.join(', ')}.`, location: schema.location })
  }
  if (type === 'object' && properties !== undefined && additionalProperties !== false) {
    context.report({ message: 'A request is closed: additionalProperties: false.', location: schema.location })
  }
  for (const property of members(context, at(context, schema, 'properties'))) checkClosed(property, context)
  if (rest.items !== undefined) checkClosed(at(context, schema, 'items'), context)
}
