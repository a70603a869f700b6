import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { connect } from '../../server/database/connection.ts'
import { migrate } from '../../server/database/migrate.ts'
import { startEmbeddedPostgres } from '../../server/dev/embedded-postgres/start.ts'
import { loadSample } from '../../server/dev/sample-data/load.ts'
import { bundleServer } from '../../server/scripts/bundle.ts'
import { bundleFolder } from '../faults/bundle.ts'
import { answersFolder, reportAnswers } from './answers.ts'
import { databaseUrl, execute } from './database.ts'
import { fastSettings } from './fast-postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
    templateName: string
    sampleTemplateName: string
    answersFolder: string
    temporaryFolder: string
  }
}

/**
 * One Postgres for the whole run, with two template databases that test files clone: one migrated, and one that also has the sample orders,
 * which a service would otherwise load at each start. `TEST_DATABASE_URL` names another server, to run the suite on another version; its
 * user must be allowed to create databases and roles.
 */
export default async function setup(project: TestProject) {
  const given = process.env.TEST_DATABASE_URL
  const bundles = bundle()
  // Awaited below; without a listener, a failure before would end the process before it is reported.
  bundles.catch(() => {})
  const folder = mkdtempSync(join(tmpdir(), 'longrun-test-'))
  const temporary = mkdtempSync(join(tmpdir(), 'longrun-run-'))
  // The account of an embedded Postgres reads it.
  chmodSync(temporary, 0o755)
  const removeFolders = () => {
    for (const one of [folder, temporary]) rmSync(one, { recursive: true, force: true, maxRetries: 5 })
  }
  // An interrupted run is not torn down. Postgres ends within a minute once its folder is gone.
  process.once('exit', removeFolders)
  const role = { settings: fastSettings, roleAttributes: 'createdb createrole' }
  const embedded = given ? undefined : await startEmbeddedPostgres({ dataDir: folder, ...role })
  const url = given ?? (embedded?.url as string)
  // A unique name, because several runs may share a server.
  const template = `longrun_template_${randomBytes(4).toString('hex')}`
  const sampleTemplate = `${template}_sample`
  const tearDown = async () => {
    if (given)
      for (const name of [template, sampleTemplate]) await execute(url, `drop database if exists ${name} with (force)`)
    await embedded?.stop()
    removeFolders()
    process.off('exit', removeFolders)
    rmSync(bundleFolder(process.pid), { recursive: true, force: true })
  }
  try {
    await Promise.all([bundles, createTemplates(url, template, sampleTemplate)])
  } catch (error) {
    // The test runner does not tear down a setup that throws.
    await tearDown()
    throw error
  }
  project.provide('postgresUrl', url)
  project.provide('templateName', template)
  project.provide('sampleTemplateName', sampleTemplate)
  const answers = answersFolder()
  project.provide('answersFolder', answers)
  project.provide('temporaryFolder', temporary)
  return async () => {
    reportAnswers(answers, project.vitest.state.getPaths())
    await tearDown()
  }
}

/** Beside the start of Postgres, because each of them uses one core. */
async function bundle() {
  await bundleServer()
  await bundleServer('dist/test', {
    'engine-handlers': 'test/engine/executor-handlers.ts',
    cli: 'client/cli/main.ts',
  })
}

async function createTemplates(url: string, template: string, sampleTemplate: string) {
  await execute(url, `create database ${template}`)
  await migrate(databaseUrl(url, template))
  await execute(url, `create database ${sampleTemplate} template ${template} strategy file_copy`)
  await fillWithSample(databaseUrl(url, sampleTemplate))
}

async function fillWithSample(url: string) {
  const connection = connect(url, { poolSize: 1, applicationName: 'test-setup' })
  try {
    await loadSample(connection)
  } finally {
    await connection.close()
  }
}
