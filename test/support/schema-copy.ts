import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { SchemaFolders } from '../../server/database/migrate.ts'

const database = resolve(import.meta.dirname, '../../server/database')

type Journal = { entries: { idx: number; version: string; when: number; tag: string; breakpoints: boolean }[] }

/** A copy of the migrations and functions in a temporary folder: the schema of another version. */
export type SchemaCopy = {
  folder: string
  folders: SchemaFolders
  /** The number of its migrations. */
  migrations(): number
  addMigration(name: string, text: string): Promise<void>
  /** Writes the function's file, which may be new. `text` gets its content so far. */
  writeFunction(name: string, text: (before: string) => string): Promise<void>
  remove(): Promise<void>
}

/** `migrations`: how many of the migrations to copy; default: all. */
export async function schemaCopy({ migrations = Number.POSITIVE_INFINITY } = {}): Promise<SchemaCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'longrun-schema-'))
  const folders = foldersOf(folder)
  await cp(join(database, 'migrations'), folders.migrations, { recursive: true })
  await cp(join(database, 'functions'), folders.functions, { recursive: true })
  const journalFile = join(folders.migrations, 'meta/_journal.json')
  const journal: Journal = JSON.parse(await readFile(journalFile, 'utf8'))
  const write = () => writeFile(journalFile, JSON.stringify(journal))
  journal.entries = journal.entries.slice(0, migrations)
  await write()
  return {
    folder,
    folders,
    migrations: () => journal.entries.length,
    async addMigration(name, text) {
      const last = journal.entries.at(-1)
      if (!last) throw new Error('there is no migration to follow')
      const entry = { ...last, idx: last.idx + 1, when: last.when + 1, tag: `${9000 + last.idx}_${name}` }
      await writeFile(join(folders.migrations, `${entry.tag}.sql`), text)
      journal.entries.push(entry)
      await write()
    },
    async writeFunction(name, text) {
      const file = join(folders.functions, `${name}.sql`)
      await writeFile(file, text(await readFile(file, 'utf8').catch(() => '')))
    },
    remove: () => rm(folder, { recursive: true }),
  }
}

export function foldersOf(folder: string): SchemaFolders {
  return { migrations: join(folder, 'migrations'), functions: join(folder, 'functions') }
}
