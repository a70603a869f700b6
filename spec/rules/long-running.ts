import { at, type Context, eachOperation, members, type Operation, type Place, record, refName } from './places.ts'

const extension = 'x-long-running-operation'

/**
 * A POST with a 202 submits an operation and declares its type in `x-long-running-operation`. No other request has that extension. The registry,
 * the engine and the client are generated from it, so it must match the 202.
 */
export const longRunning = eachOperation((operation, context) => {
  const declared = record(operation.value)[extension] !== undefined
  const accepted = at(context, operation, 'responses', '202')
  if (!declared && returnsAnyType(accepted, context)) {
    checkMethod(operation, context)
    checkReplay(operation, context)
    return checkHeaders(accepted, context)
  }
  if (declared !== (accepted.value !== undefined)) {
    const message = declared ? `${extension} needs a 202.` : `A 202 needs ${extension}.`
    return context.report({ message, location: operation.location })
  }
  if (!declared) return
  checkMethod(operation, context)
  checkReplay(operation, context)
  checkHeaders(accepted, context)
  checkResult(operation, accepted, context)
  checkResource(operation, accepted, context)
  checkSummary(operation, context)
  checkPhases(at(context, operation, extension, 'phases'), context)
  checkWaits(at(context, operation, extension), context)
  checkNumbers(at(context, operation, extension), context)
  checkConcurrency(operation, context)
})

/** A retry returns an operation of any type, and declares no type. */
function returnsAnyType(accepted: Place, context: Context) {
  return refName(record(at(context, accepted, 'content', 'application/json').value).schema) === 'Operation'
}

function checkMethod({ method, location, ...operation }: Operation, context: Context) {
  if (method !== 'post') context.report({ message: 'A request that starts an operation must be a POST.', location })
  const parameters = members(context, at(context, { ...operation, location }, 'parameters'))
  if (!parameters.some(({ value }) => record(value).name === 'Idempotency-Key')) {
    context.report({ message: 'A request that starts an operation must take an Idempotency-Key.', location })
  }
}

/** A replay is a 410 if the operation has been deleted. */
function checkReplay(operation: Operation, context: Context) {
  const responses = at(context, operation, 'responses')
  if (record(responses.value)['410'] === undefined) {
    context.report({
      message: 'A request that starts an operation must list the response 410.',
      location: responses.location,
    })
  }
}

function checkHeaders(accepted: Place, context: Context) {
  for (const name of ['Location', 'Operation-Location', 'Retry-After']) {
    if (record(at(context, accepted, 'headers', name).value).required !== true) {
      context.report({ message: `A 202 must have the required header ${name}.`, location: accepted.location })
    }
  }
}

function checkResult(operation: Operation, accepted: Place, context: Context) {
  const place = at(context, operation, extension)
  const { result, resultLocation } = record(place.value)
  const answer = at(context, accepted, 'content', 'application/json', 'schema')
  const type = onlyValue(at(context, answer, 'properties', 'type').value)
  if (type !== operation.operationId) {
    context.report({ message: `\`type\` in the 202 must be "${operation.operationId}".`, location: answer.location })
  }
  if (refName(record(record(answer.value).properties).result) !== result) {
    const message = `\`result: ${result}\` must be the schema of \`result\` in the 202.`
    return context.report({ message, location: place.location.child(['result']) })
  }
  const schema = at(context, answer, 'properties', 'result')
  const fields = record(record(schema.value).properties)
  if (refName(fields.warnings) !== 'Warnings') {
    context.report({ message: 'A result must have `warnings`.', location: schema.location })
  }
  if (resultLocation === undefined) return
  if (typeof resultLocation !== 'string' || !/^(\/|\{\w+\}$)/.test(resultLocation)) {
    const message = 'resultLocation must be a path, or one field that is a link.'
    return context.report({ message, location: place.location.child(['resultLocation']) })
  }
  for (const [, field = ''] of resultLocation.matchAll(/\{(\w+)\}/g)) {
    if (!(field in fields)) {
      const message = `{${field}} in resultLocation must be a field of ${result}.`
      context.report({ message, location: place.location.child(['resultLocation']) })
    }
  }
}

/** `resource` in the 202 has the declared type, and a property with the name of the type for the embedded resource. */
function checkResource(operation: Operation, accepted: Place, context: Context) {
  const place = at(context, operation, extension, 'resource')
  const answer = at(context, accepted, 'content', 'application/json', 'schema')
  const shown = at(context, answer, 'properties', 'resource')
  if (place.value === undefined && shown.value === undefined) return
  const { type, id } = record(place.value)
  const fields = record(record(shown.value).properties)
  if (typeof type !== 'string' || onlyValue(fields.type) !== type || !(type in fields)) {
    const message =
      '`resource` must have the same type in the declaration and in the 202, and a property with the name of the type.'
    return context.report({ message, location: place.location })
  }
  const [, from, field = ''] = /^(input|result)\.(\w+)$/.exec(String(id)) ?? []
  const schema =
    from === 'result'
      ? at(context, answer, 'properties', 'result')
      : at(context, operation, 'requestBody', 'content', 'application/json', 'schema')
  const isParameter = from === 'input' && isPathParameter(operation, context, field)
  if (from === undefined || !(isParameter || field in record(record(schema.value).properties))) {
    const message = `resource.id must be input.<field> or result.<field> of the type, not "${id}".`
    return context.report({ message, location: place.location.child(['id']) })
  }
  if (record(at(context, schema, 'properties', field).value).writeOnly === true) {
    const message = `resource.id must not be a field that is writeOnly, as "${id}" is.`
    context.report({ message, location: place.location.child(['id']) })
  }
}

/** The value of `const`, which the bundled document has as an `enum` with one value. */
function onlyValue(schema: unknown): unknown {
  const { const: value, enum: values } = record(schema)
  return Array.isArray(values) && values.length === 1 ? values[0] : value
}

function isPathParameter(operation: Operation, context: Context, name: string): boolean {
  const parameters = members(context, at(context, operation, 'parameters')).map(({ value }) => record(value))
  return parameters.some((parameter) => parameter.in === 'path' && parameter.name === name)
}

/** Each `{field}` of a summary is in the request or the path, and is not secret. */
function checkSummary(operation: Operation, context: Context) {
  const { value, location } = at(context, operation, extension, 'summary')
  if (value === undefined) return
  if (typeof value !== 'string') return context.report({ message: 'summary must be text.', location })
  for (const [, name = ''] of value.matchAll(/\{([^}]*)\}/g)) {
    if (isPathParameter(operation, context, name)) continue
    let schema = at(context, operation, 'requestBody', 'content', 'application/json', 'schema')
    let isSecret = false
    for (const field of name.split('.')) {
      schema = at(context, schema, 'properties', field)
      isSecret ||= record(schema.value).writeOnly === true
    }
    if (schema.value === undefined || isSecret) {
      const message = `{${name}} in summary must be a field of the request that is not writeOnly, or a path parameter.`
      context.report({ message, location })
    }
  }
}

function checkPhases(phases: Place, context: Context) {
  const all = members(context, phases).map(({ value }) => record(value))
  const names = all.map(({ name }) => String(name))
  if (names.some((name) => !/^[A-Z]+(_[A-Z]+)*$/.test(name)) || new Set(names).size < names.length) {
    context.report({ message: 'Phases must have unique names in UPPER_SNAKE_CASE.', location: phases.location })
  }
  if (all.reduce((sum, { weight }) => sum + Number(weight), 0) !== 100) {
    context.report({
      message: 'The weights of the phases must add up to 100.',
      location: phases.location,
    })
  }
}

/** The schema of a wait is the JSON body of a request: an object without unknown fields. */
function checkWaits(place: Place, context: Context) {
  const waits = at(context, place, 'waits')
  if (waits.value === undefined) return
  const names = new Set<unknown>()
  const taken = new Set<unknown>()
  const phases = members(context, at(context, place, 'phases')).map(({ value }) => record(value).name)
  for (const wait of members(context, waits)) {
    const { name, kind, phase } = record(wait.value)
    const { type, additionalProperties } = record(at(context, wait, 'schema').value)
    const isNew = typeof name === 'string' && /^[a-z][A-Za-z0-9]{0,62}$/.test(name) && !names.has(name)
    // The first wait to be completed would complete a shared phase.
    const hasPhase = phase === undefined || (phases.includes(phase) && !taken.has(phase))
    if (
      !isNew ||
      !hasPhase ||
      !['CALLBACK', 'INPUT'].includes(String(kind)) ||
      type !== 'object' ||
      additionalProperties !== false
    ) {
      const message =
        'A wait must have a unique name in camelCase, the kind CALLBACK or INPUT, a phase of the type that no other wait has if any, and the schema of a closed object.'
      context.report({ message, location: wait.location })
    }
    names.add(name)
    taken.add(phase)
  }
}

function checkNumbers(place: Place, context: Context) {
  const { priority, compensates, reusesSteps = false, retentionSeconds, ...rest } = record(place.value)
  const numbers = { ...rest, ...record(retentionSeconds) }
  for (const name of ['timeoutSeconds', 'queueTimeoutSeconds', 'maxAttempts', 'completed', 'failed']) {
    const number = Reflect.get(numbers, name)
    if (!Number.isInteger(number) || Number(number) < 1) {
      const message = `${name} must be an integer of at least 1.`
      context.report({ message, location: place.location })
    }
  }
  if (!['LOW', 'NORMAL', 'HIGH'].includes(String(priority))) {
    context.report({ message: 'priority must be LOW, NORMAL or HIGH.', location: place.location })
  }
  if (typeof compensates !== 'boolean') {
    context.report({ message: 'compensates must be true or false.', location: place.location })
  }
  if (typeof reusesSteps !== 'boolean') {
    context.report({ message: 'reusesSteps must be true or false.', location: place.location })
  }
}

/** A key consists of the owner and fields of the request with one value, or path parameters. Its type takes no other key at a submit. */
function checkConcurrency(operation: Operation, context: Context) {
  const request = at(context, operation, 'requestBody', 'content', 'application/json', 'schema')
  const takesKey = record(record(request.value).properties).concurrencyKey !== undefined
  const { value, location } = at(context, operation, extension, 'concurrency')
  if (takesKey !== (value === undefined)) {
    const message =
      'A request that starts an operation must have the field `concurrencyKey`, unless its type declares `concurrency`.'
    return context.report({ message, location: request.location })
  }
  if (value === undefined) return
  const { key, limit } = record(value)
  const [owner, ...names] = String(key).split('/')
  if (owner !== 'owner' || !Number.isInteger(limit) || Number(limit) < 1) {
    const message = 'concurrency must have a `key` that begins with `owner`, and a `limit`, an integer of at least 1.'
    return context.report({ message, location })
  }
  for (const name of names.filter((name) => !isPathParameter(operation, context, name))) {
    const field = name.split('.').reduce((schema, part) => at(context, schema, 'properties', part), request)
    if (!scalars.has(record(field.value).type)) {
      const message = `"${name}" in concurrency.key must be a field of the request with one value, or a path parameter.`
      context.report({ message, location })
    }
  }
}

const scalars: ReadonlySet<unknown> = new Set(['string', 'integer', 'number', 'boolean'])
