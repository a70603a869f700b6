import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Problem, problemDocument } from '../../server/contract/problem.ts'
import { problems } from '../../server/contract/problems.ts'

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

function* problemsIn(value: unknown): Generator<{ code: string; title: string; status: number }> {
  if (typeof value !== 'object' || value === null) return
  if ('code' in value && 'title' in value && 'status' in value && 'detail' in value) {
    if (typeof value.code === 'string' && typeof value.title === 'string' && typeof value.status === 'number') {
      yield { code: value.code, title: value.title, status: value.status }
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

  it('never contains the cause', () => {
    const problem = new Problem('INTERNAL_ERROR', 'words', { cause: new Error('secret') })
    expect(JSON.stringify(problemDocument(problem.code, { detail: problem.message, ...problem.extra }))).not.toContain(
      'secret',
    )
  })
})
