import { contractDocument } from '../contract/document.ts'
import type { Implementation } from '../contract/implementation.ts'
import { Problem, problemKind } from '../contract/problem.ts'
import type { Backend } from './backend.ts'
import { documentationPage, problemPage } from './pages.ts'

type Endpoints = Pick<Implementation, 'getOpenapi' | 'getDocs' | 'getProblem' | 'getHealth' | 'getReadiness'>

export function systemEndpoints(backend: Pick<Backend, 'unready'>): Endpoints {
  return {
    async getOpenapi() {
      return { status: 200, body: contractDocument }
    },
    async getDocs() {
      return { status: 200, mediaType: 'text/html', content: documentationPage }
    },
    async getProblem({ path }) {
      const kind = problemKind(path.code)
      if (!kind) return new Problem('NOT_FOUND', 'There is no such problem code.')
      return { status: 200, mediaType: 'text/html', content: problemPage(path.code, kind) }
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
