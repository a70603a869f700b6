import type { Command } from 'commander'
import { dataOf } from '../../api.ts'
import type { Batch } from '../../index.ts'
import { type GlobalOptions, openSession } from '../connection.ts'
import { exitCodes, UsageError } from '../exit-code.ts'
import { parsed } from '../input.ts'
import { idempotencyKeyOption, submitOnce } from '../submit-once.ts'

type Options = GlobalOptions & { allOrNothing?: boolean; idempotencyKey?: string }

export function addBatchCommands(program: Command): void {
  const batch = program.command('batch').description('many operations in one request')

  batch
    .command('create')
    .description('submit up to 1,000 operations; the exit code is 1 if some are refused')
    .argument('<JSON>', 'an array of {"type":"…","body":{…}}, or the body of the request')
    .option('--all-or-nothing', 'submit all or none')
    .option(...idempotencyKeyOption)
    .action(async (json: string, _: unknown, command: Command) => {
      const { allOrNothing, idempotencyKey, ...globals } = command.optsWithGlobals<Options>()
      const given = parsed(json)
      if (typeof given !== 'object' || given === null) throw new UsageError('The input must be a JSON array or object.')
      const { longrun, output, timeoutMs } = openSession(globals)
      const body = {
        ...(Array.isArray(given) ? { operations: given } : given),
        ...(allOrNothing ? { allOrNothing } : {}),
      }
      const created = await submitOnce(output, idempotencyKey, (key) => {
        const params = { header: { 'Idempotency-Key': key } }
        return dataOf(longrun.api.POST('/operations:batchCreate', { params, body: body as never, timeoutMs }))
      })
      output.show(created, ({ batchId, results, accepted, replayed, refused }) => [
        `${batchId}  ${accepted} accepted, ${replayed} replayed, ${refused} refused`,
        ...results.flatMap(({ problem }, index) =>
          problem ? `${index}: ${problem.code}: ${problem.detail ?? problem.title}` : [],
        ),
      ])
      if (created.refused > 0) process.exitCode = exitCodes.error
    })

  batch
    .command('get')
    .description('how many operations of a batch are in which status')
    .argument('<id>')
    .action(async (id: string, _: unknown, command: Command) => {
      const { longrun, output, timeoutMs } = openSession(command.optsWithGlobals<GlobalOptions>())
      output.show(await longrun.batch(id).get({ timeoutMs }), linesOf)
    })
}

function linesOf({ batchId, total, counts, progress }: Batch): string[] {
  const states = Object.entries(counts).flatMap(([status, count]) => (count > 0 ? `${status} ${count}` : []))
  return [`${batchId}  ${total} operations, ${Math.round(progress.percentage)}%`, ...states]
}
