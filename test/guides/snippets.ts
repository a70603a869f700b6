import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '../../docs/guides')

/** A fenced block of a guide. `reason`: why no test runs it, from the line of its fence (` ```sh not run: needs a public address `). */
export type Snippet = { guide: string; at: number; language: string; reason: string | undefined; code: string }

/** All blocks of the guides, in their order. */
export const snippets: readonly Snippet[] = readdirSync(folder)
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    return [...text.matchAll(/^```(\w*)(?: not run: ([^\n]+))?\n(.*?)^```$/gms)].map((match, at) => {
      const [, language = '', reason, code = ''] = match
      return { guide: basename(file, '.md'), at, language, reason, code }
    })
  })

export const snippetsIn = (...languages: string[]): Snippet[] =>
  snippets.filter(({ language, reason }) => languages.includes(language) && reason === undefined)
