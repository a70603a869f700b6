import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { UsageError } from './exit-code.ts'

/** A service and a key, under a name. */
type Profile = { url: string; apiKey: string }
type Profiles = { current?: string; profiles: Record<string, Profile> }

/** `~/.config/longrun/profiles.json`, or below XDG_CONFIG_HOME. */
export function profilesFile(): string {
  return join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'longrun', 'profiles.json')
}

export function readProfiles(): Profiles {
  const file = profilesFile()
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { profiles: {} }
    throw error
  }
  try {
    const { current, profiles } = JSON.parse(text) as Profiles
    return { ...(typeof current === 'string' ? { current } : {}), profiles: { ...profiles } }
  } catch {
    throw new UsageError(`${file} is not JSON. Correct it, or remove it and create the profiles again.`)
  }
}

/** Only its owner may read the file, because it holds keys. */
export function writeProfiles(profiles: Profiles): void {
  const file = profilesFile()
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, `${JSON.stringify(profiles, null, 2)}\n`, { mode: 0o600 })
  chmodSync(fresh, 0o600)
  // A reader sees the old or the new file.
  renameSync(fresh, file)
}
