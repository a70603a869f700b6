import { eachOperation, record } from './places.ts'

/**
 * An operationId is lowerCamelCase. It is also the operation type and the name of the client method, so its spelling is part of the contract.
 */
export const operationIdCamel = eachOperation(({ operationId, location }, { report }) => {
  if (!/^[a-z]+([A-Z][a-z]+)*$/.test(operationId)) {
    report({
      message: `operationId "${operationId}" must be lowerCamelCase.`,
      location: location.child(['operationId']),
    })
  }
})

/** A custom verb, `resource:verb` (AIP-136), is a POST. */
export const customVerbIsPost = eachOperation(({ path, method, location }, { report }) => {
  if (path.includes(':') && method !== 'post') {
    report({ message: `${path} has a custom verb and must be a POST, not a ${method.toUpperCase()}.`, location })
  }
})

/** Every operation declares `security` itself, so that it does not depend on the default of the document. */
export const securityStated = eachOperation(({ value, location }, { report }) => {
  if (!Array.isArray(record(value).security)) report({ message: 'The operation must declare `security`.', location })
})
