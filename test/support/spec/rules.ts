import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Rule, Rules } from '../../../server/engine/rules.ts'
import { type Document, submitsOf } from '../../../spec/assemble.ts'

const document: Document = JSON.parse(readFileSync(join(import.meta.dirname, 'openapi.json'), 'utf8'))

/** What `openapi.json` beside this file says of its operation types, as the engine goes by the product's own. */
export const testRules = Object.fromEntries<Rule>(
  submitsOf(document).map(({ operation, longRunning }) => [operation.operationId, longRunning]),
  // The engine's types name the product's operation types only; the engine itself takes any.
) as unknown as Rules
