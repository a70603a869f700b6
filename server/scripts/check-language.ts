/**
 * Part of `npm run check`: finds words that the glossary of `docs/architecture.md` replaces, which are those in backticks in the last column
 * of its table. Searches prose and identifiers (camel and snake case). Prints each place, and exits with 1 if there is any.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../lib/package.ts'

const glossary = 'docs/architecture.md'
/** Everything that a person reads, except files that quote the words or that a tool generates. */
const checked = /\.(tsx?|mjs|css|html|md|yaml|sql|hbs|example)$/
const unchecked = /^(generated\/|CHANGELOG\.md|docs\/architecture\.md$)/
/** Names of Node and of MCP. */
const fixedNames = /\b(BROTLI_PARAM_SIZE_HINT|readOnlyHint|destructiveHint|openWorldHint)\b/g

const words = replacedWords(readFileSync(join(packageRoot, glossary), 'utf8'))
const pattern = new RegExp(`\\b(${words.join('|')})\\b`, 'i')
const files = execFileSync('git', ['ls-files'], { cwd: packageRoot, encoding: 'utf8', maxBuffer: 2 ** 24 })
  .split('\n')
  .filter((file) => checked.test(file) && !unchecked.test(file))

let found = 0
for (const file of files) {
  for (const [index, line] of readFileSync(join(packageRoot, file), 'utf8').split('\n').entries()) {
    const word = pattern.exec(asWords(line.replaceAll(fixedNames, '')))?.[1]
    if (word === undefined) continue
    found += 1
    process.stderr.write(
      `${file}:${index + 1}: "${word}" has another name in the glossary of ${glossary}: ${line.trim()}\n`,
    )
  }
}
if (found > 0) process.exit(1)

/** The words in backticks of the last column, converted by `asWords`. */
function replacedWords(text: string): string[] {
  const rows = text.slice(text.indexOf('## Glossary')).matchAll(/^\|.*\|([^|]*)\|$/gm)
  const found = [...rows].flatMap(([, last = '']) =>
    [...last.matchAll(/`([^`]+)`/g)].map(([, word = '']) => asWords(word)),
  )
  if (found.length === 0) throw new Error(`${glossary} has no glossary with words in backticks`)
  return found
}

/** Converts `dueTarget`, `due_target` and `DueTarget` to `due target`. */
function asWords(text: string): string {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]/g, ' ')
    .toLowerCase()
}
