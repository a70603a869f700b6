import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../server/database/embedded.ts'
import { migrate } from '../../server/database/migrate.ts'
import { databaseUrl, templateName } from './database.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
  }
}

/**
 * One Postgres for the whole run, with a migrated template database that each test file clones. `TEST_DATABASE_URL` names
 * another server instead, to run the suite on another version.
 */
export default async function setup(project: TestProject) {
  const given = process.env.TEST_DATABASE_URL
  const folder = mkdtempSync(join(tmpdir(), 'longrun-test-'))
  const embedded = given ? undefined : await startEmbeddedPostgres({ dataDir: folder, durable: false })
  const url = given ?? (embedded?.url as string)
  await makeTemplate(url)
  project.provide('postgresUrl', url)
  return async () => {
    await embedded?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function makeTemplate(url: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  await sql.unsafe(`drop database if exists ${templateName}`)
  await sql.unsafe(`create database ${templateName}`)
  await sql.end()
  await migrate(databaseUrl(url, templateName))
}
