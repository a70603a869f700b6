import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { type Break, bodyBreaks } from './breaking-extensions.ts'

const top = resolve(import.meta.dirname, '..')

type Verdict = { ruleId: string; impact: string; message: string; location: { pointer: string } }
type Report = { summary: Record<'major' | 'minor' | 'patch', number>; changes: { verdicts: Verdict[] }[] }

/**
 * The changes from one bundled document to another that break existing clients, and the number of compatible additions. `redocly diff` finds them;
 * what it does not see is in `breaking-extensions.ts`.
 */
export function compare(base: string, revision: string): { breaks: Break[]; additions: number } {
  const program = join(top, 'node_modules/.bin/redocly')
  const options = ['--config', join(top, 'spec/diff.redocly.yaml'), '--format', 'json', '--fail-on', 'none']
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, 'diff', base, revision, ...options], {
    cwd: top,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(`redocly diff failed:\n${stdout}${stderr}`)
  const { summary, changes }: Report = JSON.parse(stdout)
  const found = changes.flatMap(({ verdicts }) =>
    verdicts
      .filter(({ impact, ...verdict }) => impact === 'major' && !isNewType(verdict))
      .map(({ ruleId, message, location }) => ({ change: `${ruleId} ${location.pointer}`, message })),
  )
  return { breaks: [...found, ...bodyBreaks(base, revision)], additions: summary.minor }
}

/** Operation types can be added at any time: `## Compatibility` in the contract. */
function isNewType({ ruleId, message }: Pick<Verdict, 'ruleId' | 'message'>): boolean {
  return ruleId === 'schema-combinator-changed' && message === '`oneOf` subschema of `Operation` was added.'
}
