import type { Command } from 'commander'
import type { NewSchedule, Schedule } from '../../index.ts'
import { type GlobalOptions, openSession } from '../connection.ts'
import { lineOf as operationLine } from '../describe.ts'
import { jsonObject } from '../input.ts'
import { table } from '../output.ts'
import { idempotencyKeyOption, submitOnce } from '../submit-once.ts'

type Options = GlobalOptions & { idempotencyKey?: string }

const actions = {
  pause: 'stop a schedule from submitting, until resume',
  resume: 'let a paused schedule submit again',
} as const

export function addScheduleCommands(program: Command): void {
  const schedule = program.command('schedule').description('schedules, which submit operations at due times')

  schedule
    .command('create')
    .description('create a schedule')
    .argument('<JSON>', 'such as {"cron":"0 6 * * 1-5","timeZone":"Europe/Berlin","operation":{"type":"…","body":{…}}}')
    .option('--validate', 'show the next ten times, without creating it')
    .option(...idempotencyKeyOption)
    .action(async (json: string, _: unknown, command: Command) => {
      const { validate, idempotencyKey: own, ...globals } = command.optsWithGlobals<Options & { validate?: boolean }>()
      const given = jsonObject(json) as NewSchedule
      const { longrun, output, timeoutMs } = openSession(globals)
      if (!validate) {
        const create = (idempotencyKey: string) => longrun.schedules.create(given, { timeoutMs, idempotencyKey })
        return output.show(await submitOnce(output, own, create), lineOf)
      }
      const times = await longrun.schedules.validate(given, { timeoutMs })
      output.show({ nextTimes: times }, ({ nextTimes }) => nextTimes.map((time) => time.toISOString()))
    })

  schedule
    .command('list')
    .description('list schedules, newest first')
    .action(async (_: unknown, command: Command) => {
      const { longrun, output, timeoutMs } = openSession(command.optsWithGlobals<GlobalOptions>())
      const found: Schedule[] = []
      for await (const one of longrun.schedules.list({ timeoutMs })) {
        if (output.isJson) output.show(one, lineOf)
        else found.push(one)
      }
      if (!output.isJson) for (const line of table(heading, found.map(cellsOf))) output.show(line, String)
    })

  schedule
    .command('get')
    .description('show a schedule with its last runs')
    .argument('<id>')
    .action(async (id: string, _: unknown, command: Command) => {
      const { longrun, output, timeoutMs } = openSession(command.optsWithGlobals<GlobalOptions>())
      output.show(await longrun.schedules.get(id, { timeoutMs }), (one) => JSON.stringify(one, null, 2))
    })

  for (const [name, description] of Object.entries(actions)) {
    schedule
      .command(name)
      .description(description)
      .argument('<id>')
      .action(async (id: string, _: unknown, command: Command) => {
        const { longrun, output, timeoutMs } = openSession(command.optsWithGlobals<GlobalOptions>())
        output.show(await longrun.schedules[name as keyof typeof actions](id, { timeoutMs }), lineOf)
      })
  }

  schedule
    .command('trigger')
    .description('submit the operation of a schedule now')
    .argument('<id>')
    .option(...idempotencyKeyOption)
    .action(async (id: string, _: unknown, command: Command) => {
      const { idempotencyKey: own, ...globals } = command.optsWithGlobals<Options>()
      const { longrun, output, timeoutMs } = openSession(globals)
      const trigger = (idempotencyKey: string) => longrun.schedules.trigger(id, { timeoutMs, idempotencyKey })
      output.show(await submitOnce(output, own, trigger), operationLine)
    })

  schedule
    .command('delete')
    .description('delete a schedule; its operations stay')
    .argument('<id>')
    .action(async (id: string, _: unknown, command: Command) => {
      const { longrun, output, timeoutMs } = openSession(command.optsWithGlobals<GlobalOptions>())
      await longrun.schedules.delete(id, { timeoutMs })
      output.show({ scheduleId: id, deleted: true }, ({ scheduleId }) => `${scheduleId}  deleted`)
    })
}

const heading = ['ID', 'NAME', 'WHEN', 'TYPE', 'NEXT TIME']
const cellsOf = ({ scheduleId, name, cron, intervalSeconds, operation, nextTimes, state }: Schedule) => [
  scheduleId,
  name,
  cron ?? `every ${intervalSeconds} s`,
  operation.type,
  state === 'ACTIVE' ? nextTimes[0] : state,
]
const lineOf = (schedule: Schedule) => cellsOf(schedule).filter(Boolean).join('  ')
