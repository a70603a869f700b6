/**
 * `npm run generate`: the contract in `spec/` → the bundled document, its types, and the registry of operation types in
 * `generated/`. The same input gives the same bytes, so that CI can tell stale files.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import openapiTS, { astToString } from 'openapi-typescript'
import { assemble, type Document } from './assemble.ts'
import { registry } from './registry.ts'

const top = resolve(import.meta.dirname, '..')
const out = (name: string) => join(top, 'generated', name)

/** The spec in one document, every `$ref` inside it. */
function bundle(): Document {
  const folder = mkdtempSync(join(tmpdir(), 'longrun-bundle-'))
  try {
    const file = join(folder, 'openapi.json')
    execFileSync('redocly', ['bundle', 'spec/openapi.yaml', '--output', file], { cwd: top, stdio: 'pipe' })
    return JSON.parse(readFileSync(file, 'utf8'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const document = assemble(bundle())
writeFileSync(out('openapi.json'), `${JSON.stringify(document, null, 2)}\n`)

const types = await openapiTS(JSON.stringify(document), { defaultNonNullable: false, alphabetize: false })
const banner = '// Generated from spec/ by `npm run generate`. Do not edit.\n'
writeFileSync(out('schema.ts'), banner + astToString(types))
writeFileSync(out('operations.ts'), banner + registry(document))
