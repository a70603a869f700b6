/**
 * Part of `npm run check:spec`: prints how easily the contract is used, as `redocly score` measures it, and fails below the floor. The score is 90 % of the median
 * of all operations. A parameter costs an operation 1 point, a level of its schemas 1.25, a shared schema 1.67 to 3.33. The median operation has two parameters and three levels, so 95 cannot
 * be reached while requests have `Idempotency-Key` and `Prefer` and errors have a list of places. docs/style-guides.md has the calculation.
 */
import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'

const floor = 91
const top = resolve(import.meta.dirname, '..')
const program = join(top, 'node_modules/.bin/redocly')
const text = execFileSync(process.execPath, [program, 'score', 'generated/openapi.json', '--format', 'json'], {
  cwd: top,
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
  stdio: ['ignore', 'pipe', 'ignore'],
})
const { agentReadiness, subscores }: { agentReadiness: number; subscores: Record<string, number> } = JSON.parse(text)
const parts = Object.entries(subscores).map(([name, value]) => `${name} ${Math.round(value * 100)}`)
process.stdout.write(`Score of the contract: ${agentReadiness} of 100 (floor ${floor}): ${parts.join(', ')}\n`)
if (agentReadiness < floor) {
  process.stderr.write(
    `The score is below ${floor}. Run npx redocly score generated/openapi.json --operation-details.\n`,
  )
  process.exitCode = 1
}
