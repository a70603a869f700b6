import type { Command } from 'commander'
import { dataOf } from '../../api.ts'
import { type GlobalOptions, openSession } from '../connection.ts'
import { followed } from '../detach.ts'
import { exitCodes } from '../exit-code.ts'

type Line = { sequence: number; timestamp: string; message?: string; data?: object }

const pageSize = 1000

export function addLogs(program: Command): void {
  program
    .command('logs')
    .description('the log lines of an operation')
    .argument('<id>')
    .option('-f, --follow', 'wait for further lines until the operation ends')
    .action(async (id: string, _: unknown, command: Command) => {
      const { follow, ...globals } = command.optsWithGlobals<GlobalOptions & { follow?: boolean }>()
      const { longrun, output, timeoutMs } = openSession(globals)
      if (follow) {
        const handle = await longrun.operation(id, undefined, { timeoutMs })
        process.exitCode = await followed(output, `longrun logs -f ${id}`, async (signal) => {
          for await (const event of handle.events({ signal, timeoutMs }))
            if (event.event === 'log') output.show(event, lineOf)
          return exitCodes.done
        })
        return
      }
      let after: number | undefined
      do {
        const params = { path: { operationId: id }, query: { after, pageSize } }
        const { logs } = await dataOf(longrun.api.GET('/operations/{operationId}/logs', { params, timeoutMs }))
        for (const line of logs) output.show(line, lineOf)
        after = logs.length < pageSize ? undefined : logs.at(-1)?.sequence
      } while (after !== undefined)
    })
}

function lineOf({ timestamp, message = '', data }: Line): string {
  return `${timestamp}  ${message}${data ? `  ${JSON.stringify(data)}` : ''}`
}
