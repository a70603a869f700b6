import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../server/database/embedded.ts'
import { migrate } from '../../server/database/migrate.ts'
import { databaseUrl, execute } from './database.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
    templateName: string
  }
}

/**
 * One Postgres for the whole run, with a migrated template database that each test file clones. `TEST_DATABASE_URL` names
 * another server instead, to run the suite on another version; its user must be allowed to create databases and roles.
 */
export default async function setup(project: TestProject) {
  const given = process.env.TEST_DATABASE_URL
  const folder = mkdtempSync(join(tmpdir(), 'longrun-test-'))
  const embedded = given ? undefined : await startEmbeddedPostgres({ dataDir: folder, durable: false })
  const url = given ?? (embedded?.url as string)
  // A name of its own: several runs may share a server.
  const template = `longrun_template_${randomBytes(4).toString('hex')}`
  const tearDown = async () => {
    if (given) await execute(url, `drop database if exists ${template} with (force)`)
    await embedded?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await execute(url, `create database ${template}`)
    await migrate(databaseUrl(url, template))
  } catch (error) {
    // A set-up that throws is not torn down by the test runner.
    await tearDown()
    throw error
  }
  project.provide('postgresUrl', url)
  project.provide('templateName', template)
  return tearDown
}
