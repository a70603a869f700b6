/**
 * Part of `npm run generate`: bundles the contract in `spec/` and writes the document, its types and the registry of
 * operation types to `generated/`. The same input gives the same bytes, so that `npm run check:generated` detects stale
 * files. Nothing is written unless the bundled document passes the same lint as its sources. The documents of dialects get the same,
 * without the registry.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import openapiTS, { astToString } from 'openapi-typescript'
import { assemble, type Document } from './assemble.ts'
import { withCodeSamples } from './code-samples.ts'
import { withInputs } from './inputs.ts'
import { registry, submitPaths } from './registry.ts'

const top = resolve(import.meta.dirname, '..')
const banner = '// Generated from spec/ by `npm run generate`. Do not edit.\n'

const document = bundle()
const types = await openapiTS(JSON.stringify(document), { defaultNonNullable: false, alphabetize: false })
mkdirSync(join(top, 'generated'), { recursive: true })
write('openapi.json', text(document))
write('schema.ts', banner + astToString(types))
write('operations.ts', banner + registry(document))
write('submit-paths.ts', banner + submitPaths(document))
for (const file of readdirSync(join(top, 'spec/dialects'))) await dialect(`dialects/${basename(file, '.yaml')}`)

/** Bundles the spec into one document with internal `$ref`s only, assembles `Operation`, and lints the document. */
function bundle(): Document {
  const folder = mkdtempSync(join(tmpdir(), 'longrun-bundle-'))
  const file = join(folder, 'openapi.json')
  try {
    redocly('bundle', 'spec/openapi.yaml', '--output', file)
    const assembled = withCodeSamples(assemble(withInputs(JSON.parse(readFileSync(file, 'utf8')))))
    writeFileSync(file, text(assembled))
    redocly('lint', file, '--config', 'redocly.yaml')
    return assembled
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Bundles the document of a dialect, and writes it and its types. `name`: its path, without extension. */
async function dialect(name: string) {
  redocly('lint', `spec/${name}.yaml`)
  redocly('bundle', `spec/${name}.yaml`, '--output', `generated/${name}.json`)
  const bundled: Document = JSON.parse(readFileSync(join(top, 'generated', `${name}.json`), 'utf8'))
  const types = await openapiTS(JSON.stringify(bundled), { defaultNonNullable: false, alphabetize: false })
  write(`${name}.json`, text(bundled))
  write(`${name}.ts`, banner + astToString(types))
}

/** Runs the installed Redocly CLI. Throws its output if it fails. */
function redocly(...options: string[]) {
  const program = join(top, 'node_modules', '.bin', 'redocly')
  try {
    execFileSync(process.execPath, [program, ...options], { cwd: top, encoding: 'utf8', stdio: 'pipe' })
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout: string; stderr: string }
    throw new Error(`redocly ${options[0]} failed:\n${stdout}${stderr}`, { cause })
  }
}

function text(value: Document) {
  return `${JSON.stringify(value, null, 2)}\n`
}

function write(name: string, content: string) {
  writeFileSync(join(top, 'generated', name), content)
}
