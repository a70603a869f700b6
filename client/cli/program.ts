import { Command } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { addBatchCommands } from './commands/batch.ts'
import { addCompletion } from './commands/completion.ts'
import { addFileCommands } from './commands/files.ts'
import { addKeyCommands } from './commands/keys.ts'
import { addLogs } from './commands/logs.ts'
import { addOperationCommands } from './commands/operations.ts'
import { addProfileCommands } from './commands/profile.ts'
import { addScheduleCommands } from './commands/schedule.ts'
import { addStatistics } from './commands/statistics.ts'
import { addSubmit } from './commands/submit.ts'
import { addWaitCommands } from './commands/wait.ts'
import { addWebhookCommands } from './commands/webhook.ts'
import { positive } from './input.ts'

const help = `
Exit codes: 0 done, 1 error, 2 wrong usage, 3 timed out, 4 credentials, 5 failed, 6 cancelled, 130 detached by Ctrl-C.
Environment: LONGRUN_URL (default http://localhost:8080), LONGRUN_API_KEY.
An argument JSON is a JSON document, @FILE, or - for standard input.`

/** The command line with all of its commands. Errors are thrown instead of ending the process. */
export function createProgram(): Command {
  const program = new Command('longrun')
    .description('Submit, follow and control long-running operations.')
    .version(manifest.version)
    .option('--url <url>', 'the service; default: LONGRUN_URL, the profile, or http://localhost:8080')
    .option('--profile <name>', 'a profile; default: the environment, or the one chosen by "profile use"')
    .option('--json', 'one JSON document per line; the default when standard output is not a terminal')
    .option('--timeout <seconds>', 'how long to wait before giving up; the operation continues', positive)
    .addHelpText('after', help)
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
  const add = [
    addSubmit,
    addOperationCommands,
    addLogs,
    addFileCommands,
    addWaitCommands,
    addScheduleCommands,
    addBatchCommands,
    addStatistics,
    addKeyCommands,
    addWebhookCommands,
    addProfileCommands,
    addCompletion,
  ]
  for (const one of add) one(program)
  throwErrors(program)
  return program
}

function throwErrors(command: Command) {
  command.exitOverride()
  for (const one of command.commands) throwErrors(one)
}
