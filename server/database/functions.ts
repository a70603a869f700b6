import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sql, TransactionSql } from './client.ts'

/** A function of the database: the file `<name>.sql`, which consists of one `CREATE OR REPLACE FUNCTION`. */
export type DatabaseFunction = { name: string; definition: string; mark: string }

/**
 * Reads the functions of a folder. Each is applied when its file has changed: the hash of the file is the function's comment in the database.
 * A function keeps its parameters and its result, because processes of the previous version call it while they run. A different signature
 * needs a new name, and a migration of a later release drops the old function.
 */
export function readFunctions(folder: string): DatabaseFunction[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
    .map((file) => {
      const definition = readFileSync(join(folder, file), 'utf8')
      const hash = createHash('sha256').update(definition).digest('hex')
      return { name: file.slice(0, -'.sql'.length), definition, mark: `sha256 ${hash}` }
    })
}

/**
 * Creates the functions that do not exist, for the migration that follows in the same transaction: its indexes may call them. Does not check
 * their bodies, whose tables may not exist yet.
 */
export async function createMissingFunctions(tx: TransactionSql, functions: readonly DatabaseFunction[]) {
  const marks = await appliedMarks(tx, functions)
  const missing = functions.filter(({ name }) => !marks.has(name))
  if (missing.length === 0) return
  await tx.unsafe('set local check_function_bodies = off')
  await apply(tx, missing)
}

/** Creates or replaces, in one transaction, the functions whose file has changed. Executes nothing if none has. */
export async function replaceChangedFunctions(sql: Sql, functions: readonly DatabaseFunction[]) {
  const marks = await appliedMarks(sql, functions)
  const changed = functions.filter(({ name, mark }) => marks.get(name) !== mark)
  if (changed.length > 0) await sql.begin((tx) => apply(tx, changed))
}

async function apply(tx: TransactionSql, functions: readonly DatabaseFunction[]) {
  for (const { name, definition, mark } of functions) {
    await tx.unsafe(definition)
    // Fails if there are two functions of the name, which differ in their parameters.
    await tx.unsafe(`comment on function ${name} is '${mark}'`)
  }
}

/** The comments of the functions that exist. */
async function appliedMarks(sql: Sql | TransactionSql, functions: readonly DatabaseFunction[]) {
  const names = functions.map(({ name }) => name).join(',')
  const rows = await sql<{ name: string; mark: string | null }[]>`
    select proname as name, obj_description(oid, 'pg_proc') as mark from pg_proc
    where pronamespace = to_regnamespace(current_schema()) and proname = any(string_to_array(${names}, ','))`
  return new Map(rows.map(({ name, mark }) => [name, mark]))
}
