import { extname } from 'node:path'
import type { Implementation } from '../../contract/implementation.ts'
import { Problem } from '../../contract/problem.ts'
import type { Backend } from '../backend.ts'
import { encoderOf, publicDocument } from '../response/documents.ts'
import { consolePolicy } from '../response/policies.ts'
import { type Extension, mediaTypes } from './console-files.ts'
import { pathOf } from './pages.ts'

export function consoleEndpoints({
  links,
  consoleFiles,
}: Pick<Backend, 'links' | 'consoleFiles'>): Pick<Implementation, 'getConsole' | 'getConsoleFile'> {
  // The page is built for /console.
  const text = consoleFiles.page.replaceAll('"/console/', `"${pathOf(links.origin)}/console/`)
  const page = publicDocument(encoderOf(text), {
    mediaType: 'text/html',
    cacheControl: 'public, max-age=300',
    headers: { 'Content-Security-Policy': consolePolicy },
  })
  const files = new Map(
    [...consoleFiles.files].map(([name, content]) => {
      const mediaType = mediaTypes[extname(name) as Extension]
      // RFC 8246.
      return [
        name,
        publicDocument(encoderOf(content), { mediaType, cacheControl: 'public, max-age=31536000, immutable' }),
      ]
    }),
  )
  return {
    getConsole: ({ headers }) => page(headers),
    async getConsoleFile({ path, headers }) {
      const file = files.get(path.file)
      return file ? file(headers) : new Problem('NOT_FOUND', 'There is no such file. Read /console for its name.')
    },
  }
}
