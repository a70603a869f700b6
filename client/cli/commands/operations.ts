import type { Command } from 'commander'
import type { FoundHandle, Longrun } from '../../index.ts'
import type { Operation } from '../../operations.ts'
import { type GlobalOptions, openSession } from '../connection.ts'
import { fullText, lineOf, progressOf } from '../describe.ts'
import { exitCodeOf, worstOf } from '../exit-code.ts'
import { followAll } from '../follow.ts'
import { each, pair, wholeNumber } from '../input.ts'
import { table } from '../output.ts'

type Filter = NonNullable<Parameters<Longrun['operations']>[0]>

/** `list`, `get`, `watch`, `cancel`, `retry`. */
export function addOperationCommands(program: Command): void {
  program
    .command('list')
    .description('list operations, newest first')
    .option('--status <status>', 'only with this status; repeatable', each)
    .option('--type <type>', 'only of this type')
    .option('--problem-code <code>', 'only those that failed with this problem code; repeatable', each)
    .option('-l, --label <name=value>', 'only with this label; repeatable', pair)
    .option('--batch <id>', 'only of this batch')
    .option('--schedule <id>', 'only of this schedule')
    .option('-n, --limit <number>', 'at most so many', wholeNumber, 20)
    .action(async (_: unknown, command: Command) => {
      const { status, type, problemCode, label, batch, schedule, limit, ...globals } = command.optsWithGlobals<
        GlobalOptions & {
          status?: string[]
          type?: string
          problemCode?: string[]
          label?: Record<string, string>
          batch?: string
          schedule?: string
          limit: number
        }
      >()
      const { longrun, output, timeoutMs } = openSession(globals)
      const labels = label && Object.entries(label).map(([name, value]) => `${name}:${value}`)
      const query = {
        status,
        type,
        problemCode,
        label: labels,
        batchId: batch,
        scheduleId: schedule,
        pageSize: Math.min(limit, 100),
      }
      const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as Filter
      const found: Operation[] = []
      for await (const { snapshot } of longrun.operations(given, { timeoutMs })) {
        if (output.isJson) output.show(snapshot, lineOf)
        if (found.push(snapshot) === limit) break
      }
      if (output.isJson) return
      const rows = found.map((one) => [
        one.operationId,
        one.type,
        one.status,
        one.createdAt,
        progressOf(one) || one.summary,
      ])
      for (const line of table(['ID', 'TYPE', 'STATUS', 'CREATED', 'PROGRESS OR SUMMARY'], rows))
        output.show(line, String)
      if (found.length === 0) output.note('No operation matches. Submit one with: longrun submit TYPE JSON')
    })

  program
    .command('get')
    .description('show an operation')
    .argument('<id>')
    .option('--input', 'with what it was asked to do')
    .action(async (id: string, _: unknown, command: Command) => {
      const { input, ...globals } = command.optsWithGlobals<GlobalOptions & { input?: boolean }>()
      const { longrun, output, timeoutMs } = openSession(globals)
      const handle = await longrun.operation(id, undefined, { timeoutMs })
      const more = input ? { input: await handle.input({ timeoutMs }) } : {}
      output.show({ ...handle.snapshot, ...more } as Operation, (one) => [
        ...fullText(one),
        ...(input ? [`input: ${JSON.stringify(more.input, null, 2)}`] : []),
      ])
    })

  program
    .command('watch')
    .description('follow operations to their ends; the exit code tells how they ended')
    .argument('<id...>')
    .action(async (ids: string[], _: unknown, command: Command) => {
      const session = openSession(command.optsWithGlobals<GlobalOptions>())
      const handles = await Promise.all([...new Set(ids)].map((id) => session.longrun.operation(id)))
      process.exitCode = await followAll(handles, session)
    })

  program
    .command('cancel')
    .description('cancel operations')
    .argument('<id...>')
    .option('--reason <text>', 'shown to those who look at the operation')
    .action(async (ids: string[], _: unknown, command: Command) => {
      const { reason, ...globals } = command.optsWithGlobals<GlobalOptions & { reason?: string }>()
      const { longrun, output, timeoutMs } = openSession(globals)
      const codes: number[] = []
      for (const id of ids) {
        // One that cannot be cancelled leaves the others to be cancelled.
        try {
          const handle: FoundHandle = await longrun.operation(id, undefined, { timeoutMs })
          const cancelled = await handle.cancel({ timeoutMs, ...(reason === undefined ? {} : { reason }) })
          output.show(cancelled as Operation, lineOf)
        } catch (error) {
          codes.push(exitCodeOf(error))
          output.note(`${id}: ${(error as Error).message}`)
        }
      }
      process.exitCode = worstOf(codes)
    })

  program
    .command('retry')
    .description('submit the input of an operation that has ended again')
    .argument('<id>')
    .option('-w, --watch', 'follow it to its end')
    .action(async (id: string, _: unknown, command: Command) => {
      const { watch, ...globals } = command.optsWithGlobals<GlobalOptions & { watch?: boolean }>()
      const session = openSession(globals)
      const { longrun, output, timeoutMs } = session
      const handle: FoundHandle = await longrun.operation(id, undefined, { timeoutMs })
      const retried = (await handle.retry({ timeoutMs })) as FoundHandle
      if (watch) process.exitCode = await followAll([retried], session)
      else output.show(retried.snapshot as Operation, lineOf)
    })
}
