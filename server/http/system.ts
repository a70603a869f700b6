import { contractDocument } from '../contract/document.ts'
import type { Implementation } from '../contract/implementation.ts'
import { Problem, problemKind } from '../contract/problem.ts'
import type { Backend } from './backend.ts'
import { matches, tagOf } from './entity-tag.ts'
import { documentationPage, problemPage } from './pages.ts'

type Endpoints = Pick<Implementation, 'getOpenapi' | 'getDocs' | 'getProblem' | 'getHealth' | 'getReadiness'>

export function systemEndpoints(backend: Pick<Backend, 'unready'>): Endpoints {
  return {
    async getOpenapi({ headers }) {
      const kept = { ...publicly, ETag: contractTag }
      return matches(headers['if-none-match'], contractTag)
        ? { status: 304, headers: kept }
        : { status: 200, headers: kept, body: contractDocument }
    },
    async getDocs({ headers }) {
      return page(documentationPage, headers)
    },
    async getProblem({ path, headers }) {
      const kind = problemKind(path.code)
      if (!kind) return new Problem('NOT_FOUND', 'There is no such problem code.')
      return page(problemPage(path.code, kind), headers)
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

const publicly = { 'Cache-Control': 'public, max-age=300' } as const
const contractTag = tagOf(JSON.stringify(contractDocument))

function page(content: string, headers: { 'if-none-match'?: string }) {
  const kept = { ...publicly, ETag: tagOf(content) }
  return matches(headers['if-none-match'], kept.ETag)
    ? ({ status: 304, headers: kept } as const)
    : ({ status: 200, headers: kept, mediaType: 'text/html', content } as const)
}
