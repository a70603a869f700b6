import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { checkedUrl, type GlobalOptions } from '../connection.ts'
import { CredentialError, UsageError } from '../exit-code.ts'
import { createOutput, table } from '../output.ts'
import { profilesFile, readProfiles, writeProfiles } from '../profiles.ts'

export function addProfileCommands(program: Command): void {
  const profile = program.command('profile').description('services and keys, by name')

  profile
    .command('set')
    .description('create or replace a profile; the key is LONGRUN_API_KEY, or the first line of standard input')
    .argument('<name>')
    .action((name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>()
      if (options.url === undefined) throw new UsageError('State the address of the service with --url.')
      if (process.stdin.isTTY && !process.env.LONGRUN_API_KEY)
        createOutput(options).note('Paste the key, then press Enter and Ctrl-D.')
      const apiKey = process.env.LONGRUN_API_KEY || (readFileSync(0, 'utf8').split('\n')[0] ?? '').trim()
      if (apiKey === '') throw new CredentialError('Set LONGRUN_API_KEY, or pipe the key to this command.')
      const known = readProfiles()
      // As the first one it is used without --profile.
      writeProfiles({
        current: known.current ?? name,
        profiles: { ...known.profiles, [name]: { url: checkedUrl(options.url), apiKey } },
      })
      createOutput(options).note(`Stored in ${profilesFile()}, which only you can read.`)
    })

  profile
    .command('list')
    .description('list profiles, without their keys')
    .action((_: unknown, command: Command) => {
      const output = createOutput(command.optsWithGlobals<GlobalOptions>())
      const { current, profiles } = readProfiles()
      const all = Object.entries(profiles).map(([name, { url }]) => ({ name, url, current: name === current }))
      if (output.isJson) for (const one of all) output.show(one, ({ name }) => name)
      else
        for (const line of table(
          ['NAME', 'URL', ''],
          all.map((one) => [one.name, one.url, one.current ? 'current' : '']),
        ))
          output.show(line, String)
    })

  profile
    .command('use')
    .description('use a profile when neither --profile nor the environment names a service')
    .argument('<name>')
    .action((name: string) => {
      const known = readProfiles()
      writeProfiles({ ...known, current: existing(known.profiles, name) })
    })

  profile
    .command('remove')
    .description('remove a profile with its key')
    .argument('<name>')
    .action((name: string) => {
      const { current, profiles } = readProfiles()
      const { [existing(profiles, name)]: _, ...rest } = profiles
      writeProfiles({ ...(current === undefined || current === name ? {} : { current }), profiles: rest })
    })
}

function existing(profiles: object, name: string): string {
  if (!Object.hasOwn(profiles, name)) throw new UsageError(`There is no profile ${name}.`)
  return name
}
