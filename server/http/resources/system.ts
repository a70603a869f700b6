import { documentAt, type Schema } from '../../contract/document.ts'
import type { Implementation } from '../../contract/implementation.ts'
import { asOpenapi31 } from '../../contract/openapi31.ts'
import { Problem } from '../../contract/problem.ts'
import { problems } from '../../contract/problems.ts'
import { dialects } from '../../dialects/index.ts'
import type { Backend } from '../backend.ts'
import { encoderOf, publicDocument } from '../response/documents.ts'
import { documentationPolicy } from '../response/policies.ts'
import { homePage, pathOf, problemPage } from './pages.ts'

type Endpoints = Pick<
  Implementation,
  | 'getHome'
  | 'getOpenapi'
  | 'getDialectOpenapi'
  | 'getDocs'
  | 'getDocsScript'
  | 'getProblem'
  | 'getHealth'
  | 'getReadiness'
>

export function systemEndpoints(backend: Pick<Backend, 'links' | 'unready' | 'documentation'>): Endpoints {
  const { origin } = backend.links
  const contract = (document: Schema) =>
    publicDocument(encoderOf(JSON.stringify(document)), { mediaType: 'application/json', cacheControl })
  const contracts = { '3.2': contract(documentAt(origin)), '3.1': contract(asOpenapi31(documentAt(origin))) }
  const dialectContracts = new Map(dialects.map(({ name, document }) => [name, contract(document.documentAt(origin))]))
  const home = page(homePage(origin))
  const { api } = backend.documentation
  // The page is built for /docs.
  const documentation = publicDocument(
    encoderOf(api.html.replaceAll(/(href|src)="\/docs\//g, `$1="${pathOf(origin)}/docs/`)),
    {
      mediaType: 'text/html',
      cacheControl,
      headers: { 'Content-Security-Policy': documentationPolicy(api.inlineHash) },
    },
  )
  // RFC 8246.
  const files = new Map(
    [...backend.documentation.files].map(([name, { mediaType, encode }]) => [
      name,
      publicDocument(encode, { mediaType, cacheControl: 'public, max-age=31536000, immutable' }),
    ]),
  )
  const problemPages = new Map(
    Object.entries(problems).map(([code, kind]) => [code, page(problemPage(code, kind, origin))]),
  )
  return {
    getOpenapi: ({ query, headers }) => contracts[query.version ?? '3.2'](headers),
    async getDialectOpenapi({ path, headers }) {
      const document = dialectContracts.get(path.dialect)
      return document ? document(headers) : new Problem('NOT_FOUND', `There is no such dialect. There are ${names}.`)
    },
    getHome: ({ headers }) => home(headers),
    getDocs: ({ headers }) => documentation(headers),
    async getDocsScript({ path, headers }) {
      const file = files.get(path.file)
      return file
        ? file(headers)
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

const names = dialects.map(({ name }) => name).join(', ')
const cacheControl = 'public, max-age=300'
const page = (text: string) => publicDocument(encoderOf(text), { mediaType: 'text/html', cacheControl })
