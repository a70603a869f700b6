import type { Command } from 'commander'
import type { Wait } from '../../operations.ts'
import { type GlobalOptions, openSession } from '../connection.ts'
import { jsonObject } from '../input.ts'
import { table } from '../output.ts'

export function addWaitCommands(program: Command): void {
  const wait = program.command('wait').description('what operations wait for')

  wait
    .command('list')
    .description('what an operation has waited for')
    .argument('<id>')
    .action(async (id: string, _: unknown, command: Command) => {
      const { longrun, output, timeoutMs } = openSession(command.optsWithGlobals<GlobalOptions>())
      const waits = await (await longrun.operation(id, undefined, { timeoutMs })).waits({ timeoutMs })
      if (output.isJson) for (const one of waits) output.show(one, lineOf)
      else for (const line of table(heading, waits.map(cellsOf))) output.show(line, String)
    })

  wait
    .command('complete')
    .description('complete a wait; the operation continues with the body')
    .argument('<id>')
    .argument('<name>')
    .argument('<JSON>')
    .action(async (id: string, name: string, json: string, _: unknown, command: Command) => {
      const body = jsonObject(json)
      const { longrun, output, timeoutMs } = openSession(command.optsWithGlobals<GlobalOptions>())
      const handle = await longrun.operation(id, undefined, { timeoutMs })
      output.show(await handle.complete(name, body, { timeoutMs }), lineOf)
    })
}

const heading = ['NAME', 'KIND', 'STATE', 'EXPIRES', 'WHO']
const cellsOf = ({ name, kind, state, expiresAt, who }: Wait) => [name, kind, state, expiresAt, who]
const lineOf = (wait: Wait) => cellsOf(wait).join('  ').trimEnd()
