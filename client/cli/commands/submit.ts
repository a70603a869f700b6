import { type Command, Option } from 'commander'
import type { InputOf, OperationType } from '../../../generated/operations.ts'
import { submitPaths } from '../../../generated/submit-paths.ts'
import type { FoundHandle, SubmitOptions } from '../../index.ts'
import { type GlobalOptions, openSession } from '../connection.ts'
import { lineOf } from '../describe.ts'
import { UsageError } from '../exit-code.ts'
import { followAll } from '../follow.ts'
import { each, jsonObject, pair } from '../input.ts'
import { idempotencyKeyOption, submitOnce } from '../submit-once.ts'

type Options = GlobalOptions & {
  set?: Record<string, string>
  label?: Record<string, string>
  priority?: SubmitOptions['priority']
  startAfter?: string
  dependsOn?: string[]
  dependencyPolicy?: SubmitOptions['dependencyPolicy']
  concurrencyKey?: string
  idempotencyKey?: string
  validate?: boolean
  watch?: boolean
}

const types = Object.keys(submitPaths)

export function addSubmit(program: Command): void {
  program
    .command('submit')
    .description('submit an operation')
    .argument('<type>', `one of ${types.join(', ')}`)
    .argument('[JSON]', 'the input')
    .option('-s, --set <name=value>', 'a field of the input; a value that is JSON is used as JSON', pair)
    .option('-l, --label <name=value>', 'a label', pair)
    .addOption(new Option('--priority <priority>').choices(['LOW', 'NORMAL', 'HIGH']))
    .option('--start-after <time>', 'the earliest start, as 2026-01-31T12:00:00Z')
    .option('--depends-on <id>', 'an operation that must end first; repeatable', each)
    .addOption(new Option('--dependency-policy <policy>').choices(['FAIL', 'CANCEL', 'ANY_END']))
    .option('--concurrency-key <key>', 'operations with the same key never run at the same time')
    .option(...idempotencyKeyOption)
    .option('--validate', 'check the input and estimate the work, without submitting')
    .option('-w, --watch', 'follow it to its end')
    .action(async (type: string, json: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      if (!isType(type)) throw new UsageError(`${type} is no operation type. Use one of ${types.join(', ')}.`)
      const session = openSession(options)
      const { longrun, output, timeoutMs } = session
      const input = {
        ...(json === undefined ? {} : jsonObject(json)),
        ...fields(options.set),
      } as InputOf[OperationType]
      requirePathFields(type, input)
      if (options.validate) {
        const validate = longrun.validate[type] as (input: unknown) => Promise<object>
        return output.show(await validate(input), (found) => JSON.stringify(found, null, 2))
      }
      const { label, priority, startAfter, dependsOn, dependencyPolicy, concurrencyKey, idempotencyKey } = options
      const common = { priority, startAfter, dependsOn, dependencyPolicy, concurrencyKey, timeoutMs }
      const given = Object.entries({ ...common, labels: label }).filter(([, value]) => value !== undefined)
      const submit = longrun[type] as (input: unknown, options: SubmitOptions) => Promise<FoundHandle>
      const handle = await submitOnce(output, idempotencyKey, (key) =>
        submit(input, { ...Object.fromEntries(given), idempotencyKey: key }),
      )
      if (options.watch) process.exitCode = await followAll([handle], session)
      else output.show(handle.snapshot, lineOf)
    })
}

function isType(type: string): type is OperationType {
  return Object.hasOwn(submitPaths, type)
}

/** Without them the request would be for another path. */
function requirePathFields(type: OperationType, input: object): void {
  for (const [, name = ''] of submitPaths[type].matchAll(/\{(\w+)\}/g)) {
    const value: unknown = Reflect.get(input, name)
    // `--set orderId=7` is the number 7.
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '')
      throw new UsageError(
        `${name} is missing: ${type} needs it as a text. Add --set ${name}=… or put it into the JSON.`,
      )
  }
}

/** `--set` values: JSON where possible, so that numbers and objects can be given, otherwise text. */
function fields(set: Record<string, string> = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(set).map(([name, text]) => {
      try {
        return [name, JSON.parse(text)]
      } catch {
        return [name, text]
      }
    }),
  )
}
