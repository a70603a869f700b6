import { at, eachOperation, members, type Place, record, refName } from './places.ts'

/** Every error is a problem (RFC 9457) of the one schema, with an example of what it says. */
export const problemResponse = eachOperation((operation, context) => {
  for (const response of members(context, at(context, operation, 'responses'))) {
    if (!/^[45]/.test(response.key)) continue
    const content = at(context, response, 'content')
    const types = Object.keys(record(content.value))
    const problem = record(at(context, content, 'application/problem+json').value)
    if (types.join() !== 'application/problem+json' || refName(problem.schema) !== 'Problem') {
      context.report({
        message: `${response.key} is not application/problem+json with Problem.`,
        location: response.location,
      })
    } else if (!hasExample(problem)) {
      context.report({ message: `${response.key} has no example.`, location: response.location })
    }
  }
})

/** Every answer that has a body shows one. */
export const successExample = eachOperation((operation, context) => {
  for (const response of members(context, at(context, operation, 'responses'))) {
    if (!/^[23]/.test(response.key)) continue
    for (const media of members(context, at(context, response, 'content'))) {
      if (!hasExample(record(media.value))) {
        context.report({ message: `${response.key} ${media.key} has no example.`, location: media.location })
      }
    }
  }
})

/** Every operation can succeed with a 2xx. `/result` redirects instead, and is excepted by name. */
export const successStatus = eachOperation((operation, context) => {
  const statuses = Object.keys(record(at(context, operation, 'responses').value))
  if (!statuses.some((status) => status.startsWith('2'))) {
    context.report({ message: 'No 2xx among the responses.', location: operation.location.child(['responses']) })
  }
})

/** Every answer names its request, so that a caller's report can be found in the log. */
export const requestIdHeader = eachOperation((operation, context) => {
  for (const response of members(context, at(context, operation, 'responses'))) {
    if (record(at(context, response, 'headers', 'X-Request-Id').value).required !== true) {
      context.report({ message: `${response.key} lacks the header X-Request-Id.`, location: response.location })
    }
  }
})

/**
 * What can go wrong by the shape of the request is listed: 400 and 500 always, 401 (with WWW-Authenticate) and 403 with a
 * credential, 404 with a path parameter, 409 where an operation is started, 408, 413 and 415 with a body, 422 with a JSON body.
 */
export const expectedErrors = eachOperation((operation, context) => {
  const { security, requestBody } = record(operation.value)
  const responses = at(context, operation, 'responses')
  const json = record(at(context, operation, 'requestBody', 'content').value)['application/json'] !== undefined
  const expected = ['400', '500']
  if (!Array.isArray(security) || security.length > 0) expected.push('401', '403')
  if (operation.path.includes('{')) expected.push('404')
  if ('x-long-running-operation' in record(operation.value)) expected.push('409')
  if (requestBody !== undefined) expected.push('408', '413', '415')
  if (json) expected.push('422')
  const missing = expected.filter((status) => !(status in record(responses.value)))
  if (missing.length) {
    context.report({ message: `Can also answer ${missing.join(', ')}: list it.`, location: responses.location })
  }
  const challenge = at(context, responses, '401')
  if (challenge.value !== undefined && !has(at(context, challenge, 'headers'), 'WWW-Authenticate')) {
    context.report({ message: 'A 401 has the header WWW-Authenticate.', location: challenge.location })
  }
})

/** 503 comes with `Retry-After`, and whatever reads or writes can answer it. System pages that need no database are excepted by name. */
export const unavailable = eachOperation((operation, context) => {
  const response = at(context, operation, 'responses', '503')
  if (response.value === undefined) {
    context.report({ message: 'Can also answer 503: list it.', location: operation.location.child(['responses']) })
  } else if (!has(at(context, response, 'headers'), 'Retry-After')) {
    context.report({ message: 'A 503 has the header Retry-After.', location: response.location })
  }
})

const rateClasses = new Set<unknown>(['submits', 'reads', 'uploads'])

/**
 * Whatever needs a credential is limited by it: it lists 429 with `Retry-After`, and each of its answers but the 401, which has no
 * credential to count for, tells of the limit. `x-rate-limit` says which one where the method does not.
 */
export const rateLimited = eachOperation((operation, context) => {
  const { security, 'x-rate-limit': named } = record(operation.value)
  const { location } = operation
  const needsCredential = !Array.isArray(security) || security.length > 0
  if (named !== undefined && !rateClasses.has(named)) {
    context.report({
      message: 'x-rate-limit is submits, reads or uploads.',
      location: location.child(['x-rate-limit']),
    })
  }
  if (!needsCredential) return
  const responses = at(context, operation, 'responses')
  const refused = at(context, responses, '429')
  if (refused.value === undefined) {
    context.report({ message: 'Can also answer 429: list it.', location: responses.location })
  } else if (record(at(context, refused, 'headers', 'Retry-After').value).required !== true) {
    context.report({ message: 'A 429 always has the header Retry-After.', location: refused.location })
  }
  for (const response of members(context, responses)) {
    if (response.key === '401') continue
    const missing = ['RateLimit', 'RateLimit-Policy'].filter((name) => !has(at(context, response, 'headers'), name))
    if (missing.length) {
      context.report({
        message: `${response.key} lacks the header ${missing.join(', ')}.`,
        location: response.location,
      })
    }
  }
})

const has = (place: Place, key: string) => key in record(place.value)
const hasExample = (media: Record<string, unknown>) =>
  media.example !== undefined || Object.keys(record(media.examples)).length > 0
