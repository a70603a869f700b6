/** The location of a value in the files of the spec, as Redocly reports it. */
export type Location = { child(keys: (string | number)[]): Location; source: { absoluteRef: string } }

/** The context that Redocly passes to a rule. */
export type Context = {
  location: Location
  resolve(ref: unknown, from?: string): { node?: unknown; location?: Location }
  report(problem: { message: string; location?: Location }): void
}

/** A value of the spec with its location. After a `$ref` the location is in another file. */
export type Place = { value: unknown; location: Location }

/** One operation of the contract. */
export type Operation = Place & { path: string; method: string; operationId: string }

/** Options in `redocly.yaml`: operationIds that a rule skips. */
export type Options = { except?: string[] }

/** A rule that checks one operation at a time. */
export type OperationRule = (operation: Operation, context: Context, options: Options) => void

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

/** Makes a Redocly rule from a rule for one operation. Operations in `except` are skipped. */
export function eachOperation(rule: OperationRule) {
  return (options: Options) => ({
    Paths(paths: unknown, context: Context) {
      for (const operation of operationsIn({ value: paths, location: context.location }, context)) {
        if (!options.except?.includes(operation.operationId)) rule(operation, context, options)
      }
    },
  })
}

/** The value at `keys` below `place`, with every `$ref` followed. `value` is undefined if there is none. */
export function at(context: Context, place: Place, ...keys: string[]): Place {
  return keys.reduce((parent, key) => {
    const child = { value: record(parent.value)[key], location: parent.location.child([key]) }
    return follow(context, child)
  }, place)
}

/** The members of an object or array, with each `$ref` followed. */
export function members(context: Context, place: Place): (Place & { key: string })[] {
  return Object.keys(record(place.value)).map((key) => ({ key, ...at(context, place, key) }))
}

/** `value` if it is an object, else an empty object. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

/** The name of the component that the `$ref` of `value` refers to. */
export function refName(value: unknown): string | undefined {
  const { $ref } = record(value)
  return typeof $ref === 'string' ? $ref.split('/').at(-1) : undefined
}

function follow(context: Context, place: Place): Place {
  if (refName(place.value) === undefined) return place
  const { node, location } = context.resolve(place.value, place.location.source.absoluteRef)
  return location ? follow(context, { value: node, location }) : { value: undefined, location: place.location }
}

function operationsIn(paths: Place, context: Context): Operation[] {
  return members(context, paths).flatMap((item) =>
    members(context, item)
      .filter(({ key }) => methods.includes(key))
      .map(({ key: method, ...operation }) => {
        const { operationId } = record(operation.value)
        return { ...operation, path: item.key, method, operationId: typeof operationId === 'string' ? operationId : '' }
      }),
  )
}
