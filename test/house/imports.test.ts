import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const top = resolve(import.meta.dirname, '../..')

/** The rooms that each room may import, in addition to itself. `?`: by dynamic import only. */
const mayImport: Record<string, string[]> = {
  'server/domain': [],
  'server/lib': [],
  'server/telemetry': ['server/domain', 'server/lib'],
  'server/contract': ['generated', 'server/domain', 'server/lib'],
  'server/database': ['server/domain', 'server/lib', 'server/telemetry'],
  'server/notifications': ['server/database', 'server/lib', 'server/telemetry'],
  'server/quotas': ['server/database', 'server/contract', 'server/domain', 'server/lib'],
  'server/files': ['server/database', 'server/quotas', 'server/contract', 'server/domain', 'server/lib'],
  'server/auth': ['server/database', 'server/contract', 'server/domain', 'server/lib'],
  'server/handlers': [
    'generated',
    'server/contract',
    'server/domain',
    'server/database',
    'server/files',
    'server/quotas',
    'server/lib',
  ],
  'server/engine': [
    'generated',
    'server/handlers',
    'server/contract',
    'server/database',
    'server/notifications',
    'server/files',
    'server/quotas',
    'server/domain',
    'server/lib',
    'server/telemetry',
  ],
  'server/webhooks': [
    'server/database',
    'server/notifications',
    'server/files',
    'server/contract',
    'server/domain',
    'server/lib',
    'server/telemetry',
  ],
  'server/streaming': [
    'server/database',
    'server/notifications',
    'server/files',
    'server/contract',
    'server/domain',
    'server/lib',
    'server/telemetry',
  ],
  'server/dialects': ['generated', 'server/contract', 'server/domain', 'server/lib'],
  'server/http': [
    'generated',
    'server/contract',
    'server/auth',
    'server/quotas',
    'server/database',
    'server/notifications',
    'server/files',
    'server/streaming',
    'server/dialects',
    'server/domain',
    'server/lib',
    'server/telemetry',
  ],
  'server/dev': [
    'server/database',
    'server/handlers',
    'server/files',
    'server/telemetry',
    'server/lib',
    'server/domain',
  ],
  client: ['generated'],
  console: ['client', 'generated'],
  'docs/site': [],
  generated: [],
  spec: [],
}

/** The rooms that wire the others together may import all of `server/`, but `dev` by dynamic import only. */
const wiring = ['server/app', 'server/scripts', 'server/main.ts']

/**
 * The only file that may import each database driver, the client of NATS and each package of OpenTelemetry, types included, and the parts of
 * Drizzle that import a driver.
 */
const driverFiles: Record<string, string> = {
  pg: 'server/database/client.ts',
  postgres: 'server/database/client.ts',
  'pg-copy-streams': 'server/database/copy.ts',
  '@nats-io/transport-node': 'server/notifications/nats-connection.ts',
  'drizzle-orm/node-postgres': 'server/database/connection.ts',
  'drizzle-orm/postgres-js': 'server/database/connection.ts',
  '@opentelemetry/api': 'server/telemetry/traces.ts',
  '@opentelemetry/core': 'server/telemetry/tracing-sdk.ts',
  '@opentelemetry/exporter-trace-otlp-http': 'server/telemetry/tracing-sdk.ts',
  '@opentelemetry/resources': 'server/telemetry/tracing-sdk.ts',
  '@opentelemetry/sdk-trace': 'server/telemetry/tracing-sdk.ts',
}

type Import = { path: string; dynamic: boolean }

function roomOf(path: string): string | undefined {
  return [...Object.keys(mayImport), ...wiring].find((room) => path === room || path.startsWith(`${room}/`))
}

function sources(folder: string): string[] {
  return readdirSync(join(top, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|mjs)$/.test(entry.name))
    .map((entry) => relative(top, join(entry.parentPath, entry.name)))
}

/** The files of this repository that `source`, the text of `path`, imports. */
function importsOf(path: string, source: string): Import[] {
  const specifiers = source.matchAll(/\b(from|import)\s*(\(?)\s*['"](\.{1,2}\/[^'"]+)['"]/g)
  return [...specifiers].map(([, , call, specifier]) => ({
    path: relative(top, resolve(top, dirname(path), specifier as string)),
    dynamic: call === '(',
  }))
}

/** Why the import is not allowed, or undefined when it is. */
function violation(from: string, { path: to, dynamic }: Import): string | undefined {
  const [room, other] = [roomOf(from), roomOf(to)]
  if (room === undefined) return `${from} stands in no room of the table`
  if (other === room) return undefined
  if (wiring.includes(room)) {
    const allowed = /^(server|generated)\//.test(to) && (other !== 'server/dev' || dynamic)
    return allowed ? undefined : `${from} imports ${to}`
  }
  return other !== undefined && mayImport[room]?.includes(other) ? undefined : `${from} imports ${to}`
}

/** The imports of a driver in `source`, the text of `path`, that are not allowed. */
function driverViolations(path: string, source: string): string[] {
  const specifiers = source.matchAll(/\b(?:from|import|require)\s*\(?\s*['"]([^.'"][^'"]*)['"]/g)
  return [...specifiers].flatMap(([, specifier = '']) => {
    const driver = Object.keys(driverFiles).find((name) => specifier === name || specifier.startsWith(`${name}/`))
    return driver && driverFiles[driver] !== path ? [`${path} imports ${specifier}`] : []
  })
}

/** Every import cycle, as the files along it. Type imports count. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found = new Set<string>()
  const visited = new Set<string>()
  function visit(file: string, path: string[]) {
    const at = path.indexOf(file)
    if (at !== -1) {
      found.add([...path.slice(at), file].join(' → '))
      return
    }
    if (visited.has(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...path, file])
    visited.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return [...found]
}

describe('the rooms', () => {
  const files = ['server', 'client', 'console', 'docs', 'spec'].flatMap(sources)
  const sourceOf = new Map(files.map((file) => [file, readFileSync(join(top, file), 'utf8')]))
  const graph = new Map([...sourceOf].map(([file, source]) => [file, importsOf(file, source)]))

  it('each have files, and only main.ts is directly in server/', () => {
    const rooms = new Set(files.map(roomOf))
    expect([...rooms]).toEqual(expect.arrayContaining(Object.keys(mayImport).filter((room) => room !== 'generated')))
    expect(files.filter((file) => /^server\/[^/]+$/.test(file))).toEqual(['server/main.ts'])
  })

  it('import only what the table allows', () => {
    const violations = [...graph].flatMap(([file, imports]) => imports.map((imported) => violation(file, imported)))
    expect(violations.filter((line) => line !== undefined)).toEqual([])
  })

  it('import the database drivers and OpenTelemetry in one file each', () => {
    expect([...sourceOf].flatMap(([file, source]) => driverViolations(file, source))).toEqual([])
    const importers = [...sourceOf].filter(([, source]) => driverViolations('', source).length > 0)
    expect(new Set(importers.map(([file]) => file))).toEqual(new Set(Object.values(driverFiles)))
  })

  it.each([
    "import pg from 'pg'",
    "import type { Sql } from 'postgres'",
    "import Pool from 'pg/lib/index.js'",
    "import { from } from 'pg-copy-streams'",
    "import { drizzle } from 'drizzle-orm/postgres-js'",
    "const pg = await import('pg')",
    "const postgres = require('postgres')",
  ])('do not import a driver in another file: %s', (line) => {
    expect(driverViolations('server/engine/worker.ts', line)).toHaveLength(1)
  })

  it('have no import cycles', () => {
    const all = new Map([...graph].map(([file, imports]) => [file, imports.map(({ path }) => path)]))
    expect(cycles(all)).toEqual([])
  })
})
