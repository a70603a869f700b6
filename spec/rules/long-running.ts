import { at, type Context, eachOperation, members, type Operation, type Place, record, refName } from './places.ts'

const extension = 'x-long-running-operation'

/**
 * A POST that answers 202 starts an operation, and says everything about its type in `x-long-running-operation`; nothing
 * else carries that. Registry, engine and client are made from it, so it must agree with the answer it stands beside.
 */
export const longRunning = eachOperation((operation, context) => {
  const declared = record(operation.value)[extension] !== undefined
  const accepted = at(context, operation, 'responses', '202')
  if (!declared && startsAnew(accepted, context)) {
    checkMethod(operation, context)
    checkReplay(operation, context)
    return checkHeaders(accepted, context)
  }
  if (declared !== (accepted.value !== undefined)) {
    const message = declared ? `${extension} without a 202.` : `A 202 without ${extension}.`
    return context.report({ message, location: operation.location })
  }
  if (!declared) return
  checkMethod(operation, context)
  checkReplay(operation, context)
  checkHeaders(accepted, context)
  checkResult(operation, accepted, context)
  checkResource(operation, accepted, context)
  checkPhases(at(context, operation, extension, 'phases'), context)
  checkFigures(at(context, operation, extension), context)
})

/** One that answers an operation of whatever type starts no type of its own: a retry. */
function startsAnew(accepted: Place, context: Context) {
  return refName(record(at(context, accepted, 'content', 'application/json').value).schema) === 'Operation'
}

function checkMethod({ method, location, ...operation }: Operation, context: Context) {
  if (method !== 'post') context.report({ message: 'What starts an operation is a POST.', location })
  const parameters = members(context, at(context, { ...operation, location }, 'parameters'))
  if (!parameters.some(({ value }) => record(value).name === 'Idempotency-Key')) {
    context.report({ message: 'What starts an operation takes an Idempotency-Key.', location })
  }
}

/** Its operation may have gone by the time a submit is repeated. */
function checkReplay(operation: Operation, context: Context) {
  const responses = at(context, operation, 'responses')
  if (record(responses.value)['410'] === undefined) {
    context.report({ message: 'A repeated submit can also answer 410: list it.', location: responses.location })
  }
}

function checkHeaders(accepted: Place, context: Context) {
  for (const name of ['Location', 'Retry-After']) {
    if (record(at(context, accepted, 'headers', name).value).required !== true) {
      context.report({ message: `A 202 always has the header ${name}.`, location: accepted.location })
    }
  }
}

function checkResult(operation: Operation, accepted: Place, context: Context) {
  const place = at(context, operation, extension)
  const { result, resultLocation } = record(place.value)
  const answer = at(context, accepted, 'content', 'application/json', 'schema')
  const { const: type } = record(at(context, answer, 'properties', 'type').value)
  if (type !== operation.operationId) {
    context.report({ message: `The 202's \`type\` is not "${operation.operationId}".`, location: answer.location })
  }
  if (refName(record(record(answer.value).properties).result) !== result) {
    const message = `\`result: ${result}\` is not the schema of \`result\` in the 202.`
    return context.report({ message, location: place.location.child(['result']) })
  }
  const schema = at(context, answer, 'properties', 'result')
  const fields = record(record(schema.value).properties)
  if (refName(fields.warnings) !== 'Warnings') {
    context.report({ message: 'A result has room for `warnings`.', location: schema.location })
  }
  if (resultLocation === undefined) return
  if (typeof resultLocation !== 'string' || !/^(\/|\{\w+\}$)/.test(resultLocation)) {
    const message = 'resultLocation is a path, or one field that is a link.'
    return context.report({ message, location: place.location.child(['resultLocation']) })
  }
  for (const [, field = ''] of resultLocation.matchAll(/\{(\w+)\}/g)) {
    if (!(field in fields)) {
      const message = `{${field}} in resultLocation is no field of ${result}.`
      context.report({ message, location: place.location.child(['resultLocation']) })
    }
  }
}

/** The 202's `resource` is of that type and has room for the thing itself, under the type's name. */
function checkResource(operation: Operation, accepted: Place, context: Context) {
  const place = at(context, operation, extension, 'resource')
  const answer = at(context, accepted, 'content', 'application/json', 'schema')
  const shown = at(context, answer, 'properties', 'resource')
  if (place.value === undefined && shown.value === undefined) return
  const { type, id } = record(place.value)
  const fields = record(record(shown.value).properties)
  if (typeof type !== 'string' || record(fields.type).const !== type || !(type in fields)) {
    const message =
      '`resource` is declared with its type, shown by the 202 with that type, and embedded under its name.'
    return context.report({ message, location: place.location })
  }
  const [, from, field = ''] = /^(input|result)\.(\w+)$/.exec(String(id)) ?? []
  const schema =
    from === 'result'
      ? at(context, answer, 'properties', 'result')
      : at(context, operation, 'requestBody', 'content', 'application/json', 'schema')
  const parameters = members(context, at(context, operation, 'parameters')).map(({ value }) => record(value))
  const isParameter = from === 'input' && parameters.some((one) => one.in === 'path' && one.name === field)
  if (from === undefined || !(isParameter || field in record(record(schema.value).properties))) {
    const message = `resource.id is input.<field> or result.<field> of the type, not "${id}".`
    context.report({ message, location: place.location.child(['id']) })
  }
}

function checkPhases(phases: Place, context: Context) {
  const all = members(context, phases).map(({ value }) => record(value))
  const names = all.map(({ name }) => String(name))
  if (names.some((name) => !/^[A-Z]+(_[A-Z]+)*$/.test(name)) || new Set(names).size < names.length) {
    context.report({ message: 'Phases have names in UPPER_SNAKE, each its own.', location: phases.location })
  }
  if (all.reduce((sum, { weight }) => sum + Number(weight), 0) !== 100) {
    context.report({
      message: 'The weights of the phases are percentages: their sum is 100.',
      location: phases.location,
    })
  }
}

function checkFigures(place: Place, context: Context) {
  const { priority, compensates, reusesSteps = false, retentionSeconds, ...rest } = record(place.value)
  const figures = { ...rest, ...record(retentionSeconds) }
  for (const name of ['timeoutSeconds', 'queueTimeoutSeconds', 'maxAttempts', 'completed', 'failed']) {
    const figure = Reflect.get(figures, name)
    if (!Number.isInteger(figure) || Number(figure) < 1) {
      const message = `${name} is missing, or is not a whole number above 0.`
      context.report({ message, location: place.location })
    }
  }
  if (!['LOW', 'NORMAL', 'HIGH'].includes(String(priority))) {
    context.report({ message: 'priority is LOW, NORMAL or HIGH.', location: place.location })
  }
  if (typeof compensates !== 'boolean') {
    context.report({ message: 'compensates is true or false.', location: place.location })
  }
  if (typeof reusesSteps !== 'boolean') {
    context.report({ message: 'reusesSteps is true or false.', location: place.location })
  }
}
