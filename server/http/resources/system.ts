import { documentAt } from '../../contract/document.ts'
import type { Implementation } from '../../contract/implementation.ts'
import { Problem } from '../../contract/problem.ts'
import { problems } from '../../contract/problems.ts'
import type { Backend } from '../backend.ts'
import { encoderOf, publicDocument } from '../response/documents.ts'
import { documentationPage, homePage, problemPage } from './pages.ts'

type Endpoints = Pick<
  Implementation,
  'getHome' | 'getOpenapi' | 'getDocs' | 'getDocsScript' | 'getProblem' | 'getHealth' | 'getReadiness'
>

export function systemEndpoints(backend: Pick<Backend, 'links' | 'unready' | 'documentation'>): Endpoints {
  const { origin } = backend.links
  const contract = publicDocument(encoderOf(JSON.stringify(documentAt(origin))), {
    mediaType: 'application/json',
    cacheControl,
  })
  const home = page(homePage(origin))
  const documentation = page(documentationPage(backend.documentation.redoc, origin))
  // RFC 8246.
  const immutable = { mediaType: 'text/javascript', cacheControl: 'public, max-age=31536000, immutable' } as const
  const scripts = new Map(
    [...backend.documentation.scripts].map(([name, encode]) => [name, publicDocument(encode, immutable)]),
  )
  const problemPages = new Map(
    Object.entries(problems).map(([code, kind]) => [code, page(problemPage(code, kind, origin))]),
  )
  return {
    getOpenapi: ({ headers }) => contract(headers),
    getHome: ({ headers }) => home(headers),
    getDocs: ({ headers }) => documentation(headers),
    async getDocsScript({ path, headers }) {
      const script = scripts.get(path.file)
      return script
        ? script(headers)
        : new Problem('NOT_FOUND', 'There is no such file. Read /docs or /docs/guides for its name.')
    },
    async getProblem({ path, headers }) {
      const answer = problemPages.get(path.code)
      return answer ? answer(headers) : new Problem('NOT_FOUND', 'There is no such problem code.')
    },
    async getHealth() {
      return { status: 200, body: { status: 'ok' } }
    },
    async getReadiness() {
      const reason = await backend.unready()
      if (reason === undefined) return { status: 200, body: { status: 'ok' } }
      return new Problem('UNAVAILABLE', reason, { retryAfter: 2 })
    },
  }
}

const cacheControl = 'public, max-age=300'
const page = (text: string) => publicDocument(encoderOf(text), { mediaType: 'text/html', cacheControl })
