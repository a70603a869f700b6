import { eachOperation, record } from './places.ts'

/**
 * An operationId is lowerCamel: it is the operation's type, a client's method and a metric's label, so its spelling is
 * part of the contract.
 */
export const operationIdCamel = eachOperation(({ operationId, location }, { report }) => {
  if (!/^[a-z]+([A-Z][a-z]+)*$/.test(operationId)) {
    report({ message: `operationId "${operationId}" is not lowerCamel.`, location: location.child(['operationId']) })
  }
})

/** `resource:verb` (AIP-136) does something, so it is a POST. */
export const customVerbIsPost = eachOperation(({ path, method, location }, { report }) => {
  if (path.includes(':') && method !== 'post') {
    report({ message: `${path} is a custom verb, and so a POST, not a ${method.toUpperCase()}.`, location })
  }
})

/** Every operation says at the place which credential it takes: no answer may depend on a default at the far end of a file. */
export const securityStated = eachOperation(({ value, location }, { report }) => {
  if (!Array.isArray(record(value).security))
    report({ message: 'Say which credential it needs: `security`.', location })
})
