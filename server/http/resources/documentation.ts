import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OperatorError } from '../../domain/operator-error.ts'
import { packageRoot } from '../../lib/package.ts'
import { type Encode, encoderOf } from '../response/documents.ts'
import type { Coding } from '../response/representation.ts'

/** A page below `/docs/guides`. `html` is its content, with links that begin at the root of the service. */
export type Guide = { name: string; title: string; html: string }

/** What `npm run build` writes to `dist/docs`. The names of the scripts change with their content, so browsers may cache them for ever. */
export type Documentation = {
  redoc: string
  search: string
  scripts: ReadonlyMap<string, Encode>
  guides: readonly Guide[]
}

const folder = join(packageRoot, 'dist/docs')

/** Redoc, as `npm run build` writes it for each content coding. */
export function scriptFile(coding: Coding): string {
  return join(folder, `redoc.js${{ identity: '', gzip: '.gz', br: '.br' }[coding]}`)
}

/** Reads the documentation once, so that a later fault of the disk does not matter. Throws `OperatorError` if it has not been built. */
export async function loadDocumentation(): Promise<Documentation> {
  const [identity, gzip, br, search, guides] = await Promise.all([
    read(scriptFile('identity')),
    read(scriptFile('gzip')),
    read(scriptFile('br')),
    read(join(folder, 'search.js')),
    read(join(folder, 'guides.json')),
  ])
  const encoded = { identity, gzip, br }
  const names = { redoc: nameOf('redoc', identity), search: nameOf('search', search) }
  return {
    ...names,
    scripts: new Map<string, Encode>([
      [names.redoc, async (coding) => encoded[coding]],
      [names.search, encoderOf(search.toString())],
    ]),
    guides: JSON.parse(guides.toString()),
  }
}

const nameOf = (name: string, content: Uint8Array) => `${name}.${hash('sha256', content, 'hex').slice(0, 16)}.js`

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw new OperatorError(
      `${file} is missing. Run npm run build where development dependencies are installed (npm ci does so), and copy dist/ from there.`,
      { cause },
    )
  }
}
