import { at, eachOperation, members, record } from './places.ts'

/**
 * A list takes `pageSize` (1–1000) and an opaque `pageToken`, and returns an object with `nextPageToken` and an array that is named after the
 * resource, the last segment of the path (AIP-132, AIP-158).
 */
export const listPages = eachOperation((operation, context) => {
  if (!/^list[A-Z]/.test(operation.operationId)) return
  const parameters = members(context, at(context, operation, 'parameters'))
  const find = (name: string) => parameters.find(({ value }) => record(value).name === name)
  const pageSize = find('pageSize')
  const size = record(pageSize && at(context, pageSize, 'schema').value)
  if (size.minimum !== 1 || size.maximum !== 1000 || !find('pageToken')) {
    context.report({ message: 'A list must take pageSize (1–1000) and pageToken.', location: operation.location })
  }
  const page = at(context, operation, 'responses', '200', 'content', 'application/json', 'schema')
  const resource = operation.path.split('/').at(-1) ?? ''
  const items = record(at(context, page, 'properties', resource).value)
  const token = at(context, page, 'properties', 'nextPageToken').value
  if (items.type !== 'array' || token === undefined) {
    context.report({ message: `A list must return {${resource}, nextPageToken?}.`, location: page.location })
  }
})
