import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OperatorError } from '../../domain/operator-error.ts'
import { packageRoot } from '../../lib/package.ts'
import { type Encode, encoderOf } from '../response/documents.ts'
import type { Coding } from '../response/representation.ts'

/** A page below `/docs/guides`. `html` is its content, with links that begin at the root of the service. */
export type Guide = { name: string; title: string; html: string }

export type DocumentationFile = { mediaType: 'text/javascript' | 'image/svg+xml'; encode: Encode }

/** What `npm run build` writes to `dist/docs`. The names of the scripts change with their content, so browsers may cache them for ever. */
export type Documentation = {
  /** The page at `/docs`, and the hash of its inline script for its policy. */
  api: { html: string; script: string; inlineHash: string }
  /** The name of the script of the search. */
  search: string
  files: ReadonlyMap<string, DocumentationFile>
  guides: readonly Guide[]
}

const folder = join(packageRoot, 'dist/docs')
/** In the page as it is built. */
const builtScript = '/docs/files/api.js'

/** Reads the documentation once, so that a later fault of the disk does not matter. Throws `OperatorError` if it has not been built. */
export async function loadDocumentation(): Promise<Documentation> {
  const [html, policy, identity, gzip, br, search, guides] = await Promise.all(
    ['api.html', 'api.json', 'api.js', 'api.js.gz', 'api.js.br', 'search.js', 'guides.json'].map(read),
  )
  const encoded = { identity, gzip, br } as Record<Coding, Buffer>
  const names = { api: nameOf('api', encoded.identity), search: nameOf('search', search as Buffer) }
  const { scriptHash, diagrams }: { scriptHash: string; diagrams: { name: string; svg: string }[] } = JSON.parse(
    String(policy),
  )
  return {
    api: {
      html: String(html).replace(builtScript, `/docs/files/${names.api}`),
      script: names.api,
      inlineHash: scriptHash,
    },
    search: names.search,
    files: new Map<string, DocumentationFile>([
      [names.api, { mediaType: 'text/javascript', encode: async (coding) => encoded[coding] }],
      [names.search, { mediaType: 'text/javascript', encode: encoderOf(String(search)) }],
      ...diagrams.map(
        ({ name, svg }) =>
          [name, { mediaType: 'image/svg+xml', encode: encoderOf(svg) }] satisfies [string, DocumentationFile],
      ),
    ]),
    guides: JSON.parse(String(guides)),
  }
}

const nameOf = (name: string, content: Uint8Array) => `${name}.${hash('sha256', content, 'hex').slice(0, 16)}.js`

async function read(name: string): Promise<Buffer> {
  const file = join(folder, name)
  try {
    return await readFile(file)
  } catch (cause) {
    throw new OperatorError(
      `${file} is missing. Run npm run build where development dependencies are installed (npm ci does so), and copy dist/ from there.`,
      { cause },
    )
  }
}
