import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

const top = join(import.meta.dirname, '../..')
const run = promisify(execFile)

/** The compiler error for each fixture; `undefined`: it compiles. */
const fixtures: Record<string, { source: string; error: RegExp | undefined }> = {
  'a handler that responds as the spec declares': {
    source: `export const f: Implementation['getHealth'] = async () => ({ status: 200, body: { status: 'ok' } })`,
    error: undefined,
  },
  'a problem whose status the spec declares': {
    source: `export const f: Implementation['getReport'] = async () => new Problem('NOT_FOUND', 'no')`,
    error: undefined,
  },
  'a missing handler': {
    source: `declare const most: Omit<Implementation, 'getReport'>\nexport const all: Implementation = most`,
    error: /Property 'getReport' is missing/,
  },
  'a missing operation type': {
    source: `declare const most: Omit<typeof handlers, 'generateReport'>\nexport const all: typeof handlers = most`,
    error: /Property 'generateReport' is missing/,
  },
  'a status that the spec does not declare': {
    source: `export const f: Implementation['getHealth'] = async () => ({ status: 201, body: { status: 'ok' } })`,
    error: /is not assignable to type/,
  },
  'a problem whose status the spec does not declare': {
    source: `export const f: Implementation['getHealth'] = async () => new Problem('CANNOT_CANCEL', 'no')`,
    error: /is not assignable to type/,
  },
  'a body of the wrong shape': {
    source: `export const f: Implementation['getHealth'] = async () => ({ status: 200, body: { status: 'fine' } })`,
    error: /is not assignable to type/,
  },
  'a body without a required field': {
    source: `export const f: Implementation['listOrders'] = async () => ({ status: 200, body: {} })`,
    error: /is not assignable to type/,
  },
  'a missing body': {
    source: `export const f: Implementation['getHealth'] = async () => ({ status: 200 })`,
    error: /is not assignable to type/,
  },
  'a header that the spec does not declare': {
    source: `export const f: Implementation['deleteOperation'] = async () => ({ status: 204, headers: { 'X-Extra': '1' } })`,
    error: /X-Extra|is not assignable to type/,
  },
  'a result of the wrong shape': {
    source: `export const h = defineOperation('generateReport', { run: async () => ({ reportId: 1 }) })`,
    error: /is not assignable to type/,
  },
  'a phase that the type does not have': {
    source: `export const h = defineOperation('exportCustomers', { run: async (ctx) => { ctx.progress({ phase: 'PAYMENT' }); throw new Error() } })`,
    error: /"PAYMENT"' is not assignable/,
  },
}

const imports = `import type { Implementation } from '../server/contract/implementation.ts'
import { Problem } from '../server/contract/problem.ts'
import { defineOperation } from '../server/handlers/define.ts'
import type { handlers } from '../server/handlers/registry.ts'
export const used = [Problem, defineOperation]
export type Used = [Implementation, typeof handlers]
`

let folder: string
/** The compiler's output for each fixture. */
const said = new Map<string, string>()

beforeAll(async () => {
  folder = await mkdtemp(join(top, '.fixtures-'))
  const files = Object.values(fixtures).map(({ source }, at) => writeFile(join(folder, `f${at}.ts`), imports + source))
  const options = { extends: '../tsconfig.json', include: ['*.ts'], compilerOptions: { noUnusedLocals: false } }
  await Promise.all([...files, writeFile(join(folder, 'tsconfig.json'), JSON.stringify(options))])
  const compiler = join(top, 'node_modules/.bin/tsc')
  const output: string = await run(compiler, ['--project', folder, '--pretty', 'false'], { cwd: folder }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  )
  for (const part of output.split(/^(?=\S)/m)) {
    const at = /^f(\d+)\.ts/.exec(part)?.[1]
    if (at !== undefined) said.set(at, (said.get(at) ?? '') + part)
    else if (part.trim()) throw new Error(`the compiler found fault with more than the fixtures: ${part}`)
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it.each(
  Object.entries(fixtures).map(([name, { error }], at) => ({ name, error, at })),
)('$name compiles only if the contract allows it', ({ error, at }) => {
  if (error === undefined) expect(said.get(String(at))).toBeUndefined()
  else expect(said.get(String(at))).toMatch(error)
})
