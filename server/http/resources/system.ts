import { readFile } from 'node:fs/promises'
import { contractDocument } from '../../contract/document.ts'
import type { Implementation } from '../../contract/implementation.ts'
import { Problem } from '../../contract/problem.ts'
import { problems } from '../../contract/problems.ts'
import type { Backend } from '../backend.ts'
import { encoderOf, publicDocument } from '../response/documents.ts'
import { documentationPage, homePage, problemPage, scriptFile } from './pages.ts'

type Endpoints = Pick<
  Implementation,
  'getHome' | 'getOpenapi' | 'getDocs' | 'getDocsScript' | 'getProblem' | 'getHealth' | 'getReadiness'
>

export function systemEndpoints(backend: Pick<Backend, 'unready' | 'documentationScript'>): Endpoints {
  const contract = publicDocument(encoderOf(JSON.stringify(contractDocument)), {
    mediaType: 'application/json',
    cacheControl,
  })
  const home = page(homePage())
  const documentation = page(documentationPage(backend.documentationScript))
  const problemPages = new Map(Object.entries(problems).map(([code, kind]) => [code, page(problemPage(code, kind))]))
  return {
    getOpenapi: ({ headers }) => contract(headers),
    getHome: ({ headers }) => home(headers),
    getDocs: ({ headers }) => documentation(headers),
    async getDocsScript({ path, headers }) {
      if (path.file !== backend.documentationScript)
        return new Problem('NOT_FOUND', 'There is no such file. Read /docs for its name.')
      return script(headers)
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

// RFC 8246.
const script = publicDocument((coding) => readFile(scriptFile(coding)), {
  mediaType: 'text/javascript',
  cacheControl: 'public, max-age=31536000, immutable',
})

const cacheControl = 'public, max-age=300'
const page = (text: string) => publicDocument(encoderOf(text), { mediaType: 'text/html', cacheControl })
