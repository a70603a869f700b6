import { at, eachOperation, members, type Place, record, refName } from './places.ts'

/** Every error response is `application/problem+json` (RFC 9457) with the schema `Problem` and an example. */
export const problemResponse = eachOperation((operation, context) => {
  for (const response of members(context, at(context, operation, 'responses'))) {
    if (!/^[45]/.test(response.key)) continue
    const content = at(context, response, 'content')
    const types = Object.keys(record(content.value))
    const problem = record(at(context, content, 'application/problem+json').value)
    if (types.join() !== 'application/problem+json' || refName(problem.schema) !== 'Problem') {
      context.report({
        message: `${response.key} must be application/problem+json with the schema Problem.`,
        location: response.location,
      })
    } else if (!hasExample(problem)) {
      context.report({ message: `${response.key} must have an example.`, location: response.location })
    }
  }
})

/** Every 2xx and 3xx response with a body has an example. */
export const successExample = eachOperation((operation, context) => {
  for (const response of members(context, at(context, operation, 'responses'))) {
    if (!/^[23]/.test(response.key)) continue
    for (const media of members(context, at(context, response, 'content'))) {
      if (!hasExample(record(media.value))) {
        context.report({ message: `${response.key} ${media.key} must have an example.`, location: media.location })
      }
    }
  }
})

/** Every operation has a 2xx response. Exceptions are listed in `redocly.yaml`. */
export const successStatus = eachOperation((operation, context) => {
  const statuses = Object.keys(record(at(context, operation, 'responses').value))
  if (!statuses.some((status) => status.startsWith('2'))) {
    context.report({
      message: 'The operation must have a 2xx response.',
      location: operation.location.child(['responses']),
    })
  }
})

/** Every response has `X-Request-Id`, which identifies the request in the log. */
export const requestIdHeader = eachOperation((operation, context) => {
  for (const response of members(context, at(context, operation, 'responses'))) {
    if (record(at(context, response, 'headers', 'X-Request-Id').value).required !== true) {
      context.report({ message: `${response.key} must have the header X-Request-Id.`, location: response.location })
    }
  }
})

/**
 * Errors that follow from the shape of the request are listed: 400 always, 401 (with WWW-Authenticate) and 403 with a credential, 404 with a
 * path parameter, 409 for a submit, 408, 413 and 415 with a body, 422 with a JSON body, 500 unless the response is held in memory: with a
 * credential, a signed link or a callback URL.
 */
export const expectedErrors = eachOperation((operation, context) => {
  const { security, requestBody, 'x-rate-limit': counted } = record(operation.value)
  const responses = at(context, operation, 'responses')
  const json = record(at(context, operation, 'requestBody', 'content').value)['application/json'] !== undefined
  const expected = ['400']
  const needsCredential = !Array.isArray(security) || security.length > 0
  if (needsCredential || counted === 'link' || counted === 'callback') expected.push('500')
  if (needsCredential) expected.push('401', '403')
  if (operation.path.includes('{')) expected.push('404')
  if ('x-long-running-operation' in record(operation.value)) expected.push('409')
  if (requestBody !== undefined) expected.push('408', '413', '415')
  if (json) expected.push('422')
  const missing = expected.filter((status) => !(status in record(responses.value)))
  if (missing.length) {
    context.report({
      message: `The operation must list the responses ${missing.join(', ')}.`,
      location: responses.location,
    })
  }
  const challenge = at(context, responses, '401')
  if (challenge.value !== undefined && !has(at(context, challenge, 'headers'), 'WWW-Authenticate')) {
    context.report({ message: 'A 401 must have the header WWW-Authenticate.', location: challenge.location })
  }
})

/** Every operation that uses the database lists 503, with `Retry-After`. Exceptions are listed in `redocly.yaml`. */
export const unavailable = eachOperation((operation, context) => {
  const response = at(context, operation, 'responses', '503')
  if (response.value === undefined) {
    context.report({
      message: 'The operation must list the response 503.',
      location: operation.location.child(['responses']),
    })
  } else if (!has(at(context, response, 'headers'), 'Retry-After')) {
    context.report({ message: 'A 503 must have the header Retry-After.', location: response.location })
  }
})

const rateClasses = new Set<unknown>(['submits', 'reads', 'uploads'])
const anonymousLimits = new Set<unknown>(['address', 'link', 'callback'])

/**
 * Every operation lists 429 with `Retry-After`. With a credential, each response except the 401 has the headers of the rate limit, and
 * `x-rate-limit` overrides the class that follows from the method. Without a credential, `x-rate-limit` is what is counted: the client `address`,
 * the signed `link` or the signed URL of a `callback`. Exceptions are listed in `redocly.yaml`.
 */
export const rateLimited = eachOperation((operation, context) => {
  const { security, 'x-rate-limit': named } = record(operation.value)
  const { location } = operation
  const needsCredential = !Array.isArray(security) || security.length > 0
  const [allowed, message] = needsCredential
    ? [new Set([...rateClasses, undefined]), 'x-rate-limit must be submits, reads or uploads.']
    : [anonymousLimits, 'Without a credential, x-rate-limit must be address, link or callback.']
  if (!allowed.has(named)) context.report({ message, location: location.child(['x-rate-limit']) })
  const responses = at(context, operation, 'responses')
  const refused = at(context, responses, '429')
  if (refused.value === undefined) {
    context.report({ message: 'The operation must list the response 429.', location: responses.location })
  } else if (record(at(context, refused, 'headers', 'Retry-After').value).required !== true) {
    context.report({ message: 'A 429 must have the required header Retry-After.', location: refused.location })
  }
  if (!needsCredential) return
  for (const response of members(context, responses)) {
    if (response.key === '401') continue
    const missing = ['RateLimit', 'RateLimit-Policy'].filter((name) => !has(at(context, response, 'headers'), name))
    if (missing.length) {
      context.report({
        message: `${response.key} must have the header ${missing.join(', ')}.`,
        location: response.location,
      })
    }
  }
})

const has = (place: Place, key: string) => key in record(place.value)
const hasExample = (media: Record<string, unknown>) =>
  media.example !== undefined || Object.keys(record(media.examples)).length > 0
