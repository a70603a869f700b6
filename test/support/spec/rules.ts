import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Rule, Rules } from '../../../server/engine/rules.ts'
import { type Document, submitsOf } from '../../../spec/assemble.ts'

const document: Document = JSON.parse(readFileSync(join(import.meta.dirname, 'openapi.json'), 'utf8'))

/** The rules of the operation types in `openapi.json` of this folder, in the form that the engine uses. */
export const testRules = Object.fromEntries<Rule>(
  submitsOf(document).map(({ operation, longRunning }) => [operation.operationId, longRunning]),
  // The types of the engine allow only the operation types of the service; the engine itself accepts any.
) as unknown as Rules
