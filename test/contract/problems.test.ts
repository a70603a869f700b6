import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createLinks } from '../../server/contract/links.ts'
import { operationError } from '../../server/contract/present/operation.ts'
import { Problem, problemDocument } from '../../server/contract/problem.ts'
import { problems } from '../../server/contract/problems.ts'
import { problemOf } from '../../server/engine/attempt/outcome.ts'
import { problemReply } from '../../server/http/response/problems.ts'

const bundle = readFileSync(join(import.meta.dirname, '../../generated/openapi.json'), 'utf8')

describe('the catalogue of problems', () => {
  it.each(Object.entries(problems))('%s has a title, a cause and a remedy', (code, kind) => {
    expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/)
    expect(kind.status).toBeGreaterThanOrEqual(400)
    for (const text of [kind.cause, kind.remedy]) expect(text).toMatch(/^[A-Z`].+[.]$/)
    expect(kind.title).not.toMatch(/\.$/)
  })

  it('has every problem of the spec’s examples, with the same title and status', () => {
    const examples = [...problemsIn(JSON.parse(bundle))]
    expect(examples.length).toBeGreaterThan(15)
    for (const { code, title, status } of examples) {
      expect(problems, code).toHaveProperty(code)
      expect({ code, title, status }).toEqual({ code, ...pick(problems[code as keyof typeof problems]) })
    }
  })
})

const pick = ({ title, status }: { title: string; status: number }) => ({ title, status })

type Shown = { code: string; title: string; status: number; retryable?: boolean; retryAfter?: number }

function* problemsIn(value: unknown): Generator<Shown> {
  if (typeof value !== 'object' || value === null) return
  if ('code' in value && 'title' in value && 'status' in value && 'detail' in value) {
    if (typeof value.code === 'string' && typeof value.title === 'string' && typeof value.status === 'number') {
      yield value as Shown
    }
  }
  for (const held of Object.values(value)) yield* problemsIn(held)
}

describe('a problem document', () => {
  it('treats a code of a newer version as a failure of the operation', () => {
    const document = problemDocument('FROM_THE_FUTURE', { detail: 'x' })
    expect(document).toMatchObject({ code: 'FROM_THE_FUTURE', title: 'Processing failed', status: 500 })
  })

  it('is absolute when the public address is known', () => {
    const document = problemDocument('NOT_FOUND', { detail: 'x', origin: 'https://longrun.example.com' })
    expect(document.type).toBe('https://longrun.example.com/problems/NOT_FOUND')
  })

  it.each(Object.keys(problems))('of %s has retryAfter of at least 1 exactly if it is retryable', (code) => {
    for (const given of [undefined, 0, 0.2, 7, Number.NaN]) {
      const { retryable, retryAfter } = problemDocument(code, { detail: 'x', retryAfter: given })
      expect(Number.isInteger(retryAfter ?? 1) && (retryAfter ?? 1) >= 1).toBe(true)
      expect(retryable).toBe(retryAfter !== undefined)
      if (retryable && given === 7) expect(retryAfter).toBe(7)
    }
  })

  it.each(
    Object.keys(problems),
  )('of %s is sent with Retry-After exactly if it is retryable (RFC 9110 §10.2.3)', (code) => {
    const problem = new Problem(code as keyof typeof problems, 'x')
    const { headers, body } = problemReply(problem, { path: '/', requestId: 'x', origin: '' })
    const { retryable, retryAfter } = JSON.parse(body)
    expect(headers['retry-after']).toBe(retryable ? String(retryAfter) : undefined)
  })

  it('in the examples of the spec has retryAfter exactly if it is retryable', () => {
    const all = [...problemsIn(JSON.parse(bundle))]
    expect(all.filter(({ retryable }) => retryable).length).toBeGreaterThan(10)
    for (const { code, retryable = false, retryAfter } of all)
      expect([code, retryAfter !== undefined]).toEqual([code, retryable])
  })

  it('of an operation keeps the seconds that were stored, and has those of its code if none were', () => {
    const links = createLinks(undefined, (path) => path)
    const stored = problemOf('01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21', {
      code: 'PROCESSING_ERROR',
      detail: 'x',
      retryAfter: 90,
    })
    const shown = (error: Record<string, unknown>) =>
      operationError('01938f6e-5a01-7cc3-9f0b-3f5d0c9a7e21', error, links)
    expect(shown(stored)).toMatchObject({ retryable: true, retryAfter: 90 })
    const { retryAfter, ...early } = stored
    expect(shown(early)).toMatchObject({ retryable: true, retryAfter: problems.PROCESSING_ERROR.retryAfter })
  })

  it('never contains the cause', () => {
    const problem = new Problem('INTERNAL_ERROR', 'words', { cause: new Error('secret') })
    expect(JSON.stringify(problemDocument(problem.code, { detail: problem.message, ...problem.extra }))).not.toContain(
      'secret',
    )
  })
})
