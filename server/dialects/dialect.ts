import { openDocument, type SpecDocument } from '../contract/document.ts'
import type { Described, Implementation, ImplementationOf } from '../contract/implementation.ts'
import type { RenderProblem } from '../contract/routes.ts'

/** The API of another party, for clients that were written for it. It has its own document, and no states of its own. */
export type Dialect = {
  name: string
  document: SpecDocument
  renderProblem: RenderProblem
  /** Its operations, by operationId. They call operations of the contract and translate the responses. */
  implement(canonical: Implementation): Readonly<Record<string, unknown>>
}

/** `Operations`: the generated types of `spec/dialects/<name>.yaml`. */
export function defineDialect<Operations extends Record<keyof Operations, Described>>(
  dialect: Omit<Dialect, 'document' | 'implement'> & {
    implement(canonical: Implementation): ImplementationOf<Operations>
  },
): Dialect {
  return { ...dialect, document: openDocument(`generated/dialects/${dialect.name}.json`) }
}
