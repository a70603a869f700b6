import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const top = resolve(import.meta.dirname, '../..')

/** Which rooms of the house a room may import; its own files always. What only the wiring may know is not listed. */
const mayImport: Record<string, string[]> = {
  'server/lifecycle': [],
  'server/telemetry': [],
  'server/contract': ['generated', 'server/lifecycle'],
  'server/database': ['server/lifecycle', 'server/telemetry'],
  'server/files': ['server/database', 'server/contract'],
  'server/auth': ['server/database', 'server/contract'],
  'server/handlers': ['generated', 'server/contract', 'server/lifecycle', 'server/database', 'server/files'],
  'server/engine': [
    'generated',
    'server/handlers',
    'server/contract',
    'server/database',
    'server/files',
    'server/lifecycle',
    'server/telemetry',
  ],
  'server/delivery': ['server/contract', 'server/database', 'server/files', 'server/lifecycle', 'server/telemetry'],
  'server/live': ['server/database', 'server/files', 'server/contract', 'server/lifecycle', 'server/telemetry'],
  'server/http': [
    'generated',
    'server/contract',
    'server/auth',
    'server/database',
    'server/files',
    'server/live',
    'server/lifecycle',
    'server/telemetry',
  ],
  // Sample systems from outside: like real ones, they know nothing of the product, and only the wiring knows them.
  'server/vendors': ['server/database', 'server/lifecycle', 'server/telemetry'],
  client: ['generated'],
  generated: [],
  spec: [],
}

/** The files that wire rooms together stand before the rooms, and may know all of them. */
const wiring = /^server\/[^/]+$/

function roomOf(path: string): string | undefined {
  return Object.keys(mayImport).find((room) => path.startsWith(`${room}/`))
}

function sources(folder: string): string[] {
  return readdirSync(join(top, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(top, join(entry.parentPath, entry.name)))
}

/** The files of this repository that `source`, standing at `path`, imports: statements and dynamic imports alike. */
function importsOf(path: string, source: string): string[] {
  const specifiers = source.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)['"](\.{1,2}\/[^'"]+)['"]/g)
  return [...specifiers].map(([, specifier]) => relative(top, resolve(top, dirname(path), specifier as string)))
}

/** Why the import is not allowed, or undefined when it is. */
function fault(from: string, to: string): string | undefined {
  if (wiring.test(from)) return undefined
  const [room, other] = [roomOf(from), roomOf(to)]
  if (room === undefined) return `${from} stands in no room of the table`
  if (other === room || (other !== undefined && mayImport[room]?.includes(other))) return undefined
  return `${from} imports ${to}`
}

describe('the house', () => {
  const files = ['server', 'client', 'spec'].flatMap(sources)

  it('has files in every room', () => {
    const rooms = new Set(files.map(roomOf))
    expect([...rooms]).toEqual(expect.arrayContaining(Object.keys(mayImport).filter((room) => room !== 'generated')))
  })

  it('keeps to the import table', () => {
    const faults = files.flatMap((file) =>
      importsOf(file, readFileSync(join(top, file), 'utf8')).map((imported) => fault(file, imported)),
    )
    expect(faults.filter((line) => line !== undefined)).toEqual([])
  })

  it('would name an import that breaks the table', () => {
    const [imported] = importsOf('server/http/reports.ts', "import { claim } from '../engine/claim.ts'")
    expect(fault('server/http/reports.ts', imported as string)).toBe(
      'server/http/reports.ts imports server/engine/claim.ts',
    )
  })
})
