import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import { type EmbeddedOptions, startEmbeddedPostgres } from '../../server/dev/embedded-postgres/start.ts'
import { createLog } from '../../server/telemetry/log.ts'
import { fastSettings } from './fast-postgres.ts'

/** For all files of a process; the run deletes it. */
let template: Promise<string> | undefined

async function fill(): Promise<string> {
  const folder = mkdtempSync(join(inject('temporaryFolder'), 'embedded-'))
  const server = await startEmbeddedPostgres({ dataDir: folder, settings: fastSettings })
  await server.stop()
  return folder
}

/** A data folder in `parent` with an initialised cluster, deleted after the test. It is a copy, which is faster than initdb. */
export async function dataFolder(parent = tmpdir()): Promise<string> {
  template ??= fill()
  const filled = await template
  const folder = mkdtempSync(join(parent, 'longrun-embedded-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(filled, folder, { recursive: true })
  // A copy by root belongs to root until the start changes its owner to the account of Postgres.
  chmodSync(join(folder, 'postgres'), 0o700)
  return folder
}

/** All log entries. */
export function recordedLog() {
  const entries: Record<string, unknown>[] = []
  const log = createLog('debug', { write: (line: string) => void entries.push(JSON.parse(line)) })
  return { log, named: (event: string) => entries.filter((entry) => entry.event === event) }
}

/** Starts a durable server on `dataDir`, which is stopped after the test; returns its log. */
export async function startSupervised(dataDir: string, options: Partial<EmbeddedOptions> = {}) {
  const { log, named } = recordedLog()
  const server = await startEmbeddedPostgres({ dataDir, log, ...options })
  onTestFinished(() => server.stop())
  return { ...server, named, port: Number(new URL(server.url).port) }
}
