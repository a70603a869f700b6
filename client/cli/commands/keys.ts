import type { Command } from 'commander'
import { dataOf } from '../../api.ts'
import { type GlobalOptions, openSession } from '../connection.ts'
import { each } from '../input.ts'
import { table } from '../output.ts'

type Options = GlobalOptions & { scope: string[]; expires?: string }

export function addKeyCommands(program: Command): void {
  const keys = program.command('keys').description('API keys; needs a key with the scope admin')

  keys
    .command('create')
    .description('create a key; it is shown once')
    .argument('<name>')
    .requiredOption('--scope <scope>', 'such as operations:read; repeatable', each)
    .option('--expires <time>', 'as 2027-01-31T12:00:00Z')
    .action(async (name: string, _: unknown, command: Command) => {
      const { scope, expires, ...globals } = command.optsWithGlobals<Options>()
      const { longrun, output, timeoutMs } = openSession(globals)
      const body = { name, scopes: scope, ...(expires === undefined ? {} : { expiresAt: expires }) }
      const created = await dataOf(longrun.api.POST('/keys', { body: body as never, timeoutMs }))
      output.show(created, (one) => [`${one.keyId}  ${one.name}`, one.key])
      output.note('Keep the key: it is not shown again.')
    })

  keys
    .command('list')
    .description('list keys, without their secret parts')
    .action(async (_: unknown, command: Command) => {
      const { longrun, output, timeoutMs } = openSession(command.optsWithGlobals<GlobalOptions>())
      const rows: (string | undefined)[][] = []
      for await (const key of longrun.list('/keys', { timeoutMs })) {
        const { keyId, name, prefix, state, scopes, lastUsedAt } = key
        if (output.isJson) output.show(key, () => keyId)
        else rows.push([keyId, name, prefix, state, scopes.join(' '), lastUsedAt ?? 'never'])
      }
      if (output.isJson) return
      for (const line of table(['ID', 'NAME', 'PREFIX', 'STATE', 'SCOPES', 'LAST USED'], rows))
        output.show(line, String)
    })

  keys
    .command('revoke')
    .description('revoke a key; requests with it are refused at once')
    .argument('<id>')
    .action(async (id: string, _: unknown, command: Command) => {
      const { longrun, output, timeoutMs } = openSession(command.optsWithGlobals<GlobalOptions>())
      await dataOf(longrun.api.DELETE('/keys/{keyId}', { params: { path: { keyId: id } }, timeoutMs }))
      output.show({ keyId: id, revoked: true }, ({ keyId }) => `${keyId}  revoked`)
    })
}
